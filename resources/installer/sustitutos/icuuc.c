/* Wine 8 has no ICU, which Qt asks for 8-bit codecs. Each answer is «not supported» (16). For
 * builds and tests only. */
#define EXPORT __declspec(dllexport)
#define REFUSE { if (error) *error = 16; return 0; }

EXPORT void *ucnv_open(const char *name, int *error) REFUSE
EXPORT void ucnv_close(void *converter) {}
EXPORT void ucnv_reset(void *converter) {}
EXPORT signed char ucnv_getMaxCharSize(void *converter) { return 4; }
EXPORT const char *ucnv_getName(void *converter, int *error) REFUSE
EXPORT void ucnv_getToUCallBack(void *converter, void **action, const void **context) {
    *action = 0;
    if (context) *context = 0;
}
EXPORT void ucnv_getFromUCallBack(void *converter, void **action, const void **context) {
    *action = 0;
    if (context) *context = 0;
}
EXPORT int ucnv_setToUCallBack(void *converter, void *action, const void *context, void **old,
                               const void **old_context, int *error) REFUSE
EXPORT int ucnv_setFromUCallBack(void *converter, void *action, const void *context, void **old,
                                 const void **old_context, int *error) REFUSE
EXPORT int ucnv_cbToUWriteUChars(void *args, const void *source, int length, int offset,
                                 int *error) REFUSE
EXPORT int ucnv_cbFromUWriteUChars(void *args, const void **source, const void *limit, int offset,
                                   int *error) REFUSE
EXPORT int ucnv_toUnicode(void *converter, void **target, const void *target_limit,
                          const char **source, const char *source_limit, int *offsets,
                          signed char flush, int *error) REFUSE
EXPORT int ucnv_fromUnicode(void *converter, char **target, const char *target_limit,
                            const void **source, const void *source_limit, int *offsets,
                            signed char flush, int *error) REFUSE
EXPORT int ucnv_toUCountPending(void *converter, int *error) { return 0; }
EXPORT int ucnv_fromUCountPending(void *converter, int *error) { return 0; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error) REFUSE
EXPORT const char *ucnv_getAvailableName(int number) { return 0; }
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
