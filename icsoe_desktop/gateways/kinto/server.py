"""One office of a Kinto with one account: records, members and the account's password."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.gateways.kinto.batch import BatchWriter, is_version, read_record
from icsoe_desktop.gateways.kinto.errors import (
    ConcurrentChangeError,
    NoConnectionError,
    NotKintoError,
    OddAnswerError,
    OfficeNameError,
    OtherRecipeError,
    PasswordRejectedError,
    RequestRejectedError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.reading import (
    PRINCIPAL,
    VALID_OFFICE,
    as_object,
    valid_account,
    valid_id,
    valid_password,
    whole,
)
from icsoe_desktop.gateways.kinto.transport import Answer, RetryPolicy, Transport
from icsoe_desktop.gateways.kinto.values import (
    RECORDS_PER_PAGE,
    JsonObject,
    OfficeData,
    RecordPage,
    RecordWrite,
    RemoteRecord,
    ServerNews,
    WriteAnswer,
)
from icsoe_desktop.jobs import NoProgress, Progress

GENERATION_KEY: Final = "generacion"
# Oldest recipe of resources/servidor whose server keeps what this program relies on.
RECIPE: Final = 1
GROUPS: Final = {
    RolOficina.RESPONSABLE: "responsables",
    RolOficina.MIEMBRO: "miembros",
    RolOficina.CONSULTA: "consulta",
}
TRIES_GROUP: Final = 5
# Pages in a row of which none has a version above those before it. A genuine server sends none.
MAX_IDLE_PAGES: Final = 3
ANSWERED_BY_ANOTHER: Final = "Un equipo intermedio de la red respondió en su lugar."


class KintoServer:
    """Implements the protocol SyncServer. Use it from one thread.

    Every method raises SyncServerError if the server cannot be used.
    """

    def __init__(
        self,
        direccion: str,
        cuenta: str,
        contrasena: str,
        oficina: str,
        *,
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        """direccion: https://…/v1 (http:// for this machine only). oficina: of-<uuid>.

        Raises ServerAddressError, OfficeNameError.
        """
        if not VALID_OFFICE.fullmatch(oficina):
            raise OfficeNameError
        self._patience = retry_policy or RetryPolicy()
        self.transport = Transport(direccion, cuenta, contrasena, retry_policy=self._patience)
        self.cuenta, self._password = cuenta, contrasena
        self._root = f"/buckets/{oficina}"
        self._news: ServerNews | None = None
        self._walks: defaultdict[str, _Walk] = defaultdict(_Walk)
        self._batch_writer = BatchWriter(
            self.transport, self._root, self._patience, self._tombstone, self.healthy
        )

    def close(self) -> None:
        self.transport.close()

    def __enter__(self) -> KintoServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the server

    def news(self) -> ServerNews:
        """Asked once, until this connection writes.

        Raises OtherRecipeError for a server that our recipe did not make.
        """
        if self._news is None:
            path = f"{self._root}/novedades"
            self._news = _news(self.transport.request("GET", path, expected=(404, 405)))
        return self._news

    def healthy(self) -> bool:
        """Whether the server's database takes writes."""
        return self.transport.request("GET", "/__heartbeat__", expected=(503,)).status == 200

    # -- the office

    def office(self) -> OfficeData:
        data = self._data("GET", self._root)
        return OfficeData(
            str(data.get(GENERATION_KEY, "")),
            {key: each for key, each in data.items() if key not in (GENERATION_KEY, "id")},
        )

    def set_office(self, data: JsonObject) -> None:
        """Replace these keys of the bucket's data; others stay. Needs a responsable."""
        kept = {key: value for key, value in data.items() if key != GENERATION_KEY}
        self.transport.request("PATCH", self._root, body={"data": kept})

    # -- records

    def page(self, collection: str, since: int = 0, next_page: str | None = None) -> RecordPage:
        """Records and tombstones after version `since` (0: from the start), oldest first.

        The next `since` comes from `SafeCursor` with the first page.
        """
        path = self.records_path(collection)
        if next_page is not None:
            page = _page(self.transport.request("GET", path, query=next_page))
            return self._walks[collection].follow(page)
        if (unchanged := self._unchanged(collection, since)) is not None:
            return unchanged
        query = {
            "_since": str(since),
            "_sort": "last_modified",
            "_limit": str(RECORDS_PER_PAGE),
        }
        self._walks[collection] = _Walk()
        page = self._walks[collection].follow(
            _page(self.transport.request("GET", path, query=query))
        )
        if since:
            return page
        if page.next_page is None:
            total = sum(one.data is not None for one in page.records)
        else:
            total = self.count(collection)
        return replace(page, total=total)

    def _unchanged(self, collection: str, since: int) -> RecordPage | None:
        """The empty page, if nothing in the collection is newer than `since`; otherwise None."""
        news = self.news()
        newest = news.newest.get(collection)
        if newest is None or newest > since:
            return None
        return RecordPage((), None, None if since else 0, news.server_time_ms, newest)

    def count(self, collection: str) -> int:
        """Number of records without tombstones."""
        answer = self.transport.request("HEAD", self.records_path(collection))
        said = answer.headers.get("Total-Objects") or answer.headers.get("Total-Records")
        total = whole(said)
        if total is None:
            # HEAD has no body that would identify a proxy's page.
            raise NoConnectionError(ANSWERED_BY_ANOTHER)
        return total

    def versions(self, collection: str, progress: Progress | None = None) -> dict[str, int]:
        """id → version of every record without tombstones. Raises Cancelled."""
        report = progress or NoProgress()
        found: dict[str, int] = {}
        query: Mapping[str, str] | str = {
            "_fields": "id,last_modified",
            "_sort": "last_modified",
            "_limit": str(RECORDS_PER_PAGE),
        }
        total, walk = self.count(collection), _Walk()
        while True:
            report.report(len(found), max(total, len(found)), "Comparando con el servidor…")
            answer = self.transport.request("GET", self.records_path(collection), query=query)
            page = walk.follow(_page(answer))
            found.update((one.id, one.version) for one in page.records)
            if page.next_page is None:
                return found
            query = page.next_page

    def listing(self, collection: str) -> dict[str, RemoteRecord] | None:
        """id → record without tombstones. None if the office has no such collection."""
        found: dict[str, RemoteRecord] = {}
        token: str | None = None
        while True:
            try:
                page = self.page(collection, 0, token)
            except RequestRejectedError as error:
                if error.status == 404:
                    return None
                raise
            found.update((one.id, one) for one in page.records if one.data is not None)
            token = page.next_page
            if token is None:
                return found

    def make_collection(self, collection: str) -> None:
        """Create a collection where only responsables write, unless it exists."""
        body = {"data": {"id": valid_id(collection)}}
        self.transport.request("POST", f"{self._root}/collections", body=body)

    def get(self, collection: str, record_id: str) -> RemoteRecord | None:
        """None if the record does not exist or was deleted."""
        path = f"{self.records_path(collection)}/{valid_id(record_id)}"
        answer = self.transport.request("GET", path, expected=(404,))
        return None if answer.status == 404 else read_record(as_object(answer.body.get("data")))

    def write(self, collection: str, writes: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        """One answer a write, in order. The writes must fit one request: see MAX_WRITES.

        Repeating is harmless: a write that had arrived comes back as `other`. If it raises, any
        of the writes may have happened.
        """
        for one in writes:
            valid_id(one.id)
        self._news = None
        return self._batch_writer.write(valid_id(collection), writes)

    # -- members

    def roles(self) -> dict[str, RolOficina]:
        """account → role, for all accounts of the office; the highest role of each account."""
        groups = self.transport.request("GET", f"{self._root}/groups").body.get("data")
        members = {
            str(group.get("id")): group.get("members")
            for group in (groups if isinstance(groups, list) else [])
            if isinstance(group, dict)
        }
        if not all(isinstance(members.get(each), list) for each in GROUPS.values()):
            # Half a list would look as if somebody had been removed.
            raise OddAnswerError
        found: dict[str, RolOficina] = {}
        for rol, group_name in GROUPS.items():
            for member in _texts(members.get(group_name)):
                if member.startswith(PRINCIPAL):
                    found.setdefault(member.removeprefix(PRINCIPAL), rol)
        return found

    def set_role(self, cuenta: str, rol: RolOficina | None) -> None:
        """rol: None removes the account from the office. Needs a responsable."""
        principal = PRINCIPAL + valid_account(cuenta)
        # Add before removing: an interruption leaves no account without a role.
        for each, group_name in sorted(GROUPS.items(), key=lambda pair: pair[0] is not rol):
            self._set_member(group_name, principal, each is rol)

    def _set_member(self, group_name: str, principal: str, inside: bool) -> None:
        path = f"{self._root}/groups/{group_name}"
        for _ in range(TRIES_GROUP):
            group = self._data("GET", path)
            members, version = _texts(group.get("members")), group.get("last_modified")
            if not is_version(version):
                raise OddAnswerError
            if (principal in members) == inside:
                return
            changed = [*members, principal] if inside else [m for m in members if m != principal]
            answer = self.transport.request(
                "PATCH",
                path,
                body={"data": {"members": changed}},
                headers={"If-Match": f'"{version}"'},
                expected=(412,),
            )
            if answer.status != 412:
                return
        raise ConcurrentChangeError

    # -- accounts

    def change_password(self, contrasena: str) -> None:
        """Change the password of the connected account and use it from now on.

        contrasena: at most 72 bytes in UTF-8.
        """
        body = {"data": {"password": valid_password(contrasena)}}
        try:
            self.transport.request("PATCH", f"/accounts/{self.cuenta}", body=body)
        except SyncServerError as error:
            # Perhaps only the answer was lost and the password did change.
            if not self._entered_with(contrasena):
                raise error
        self._password = contrasena
        self.transport.authenticate(self.cuenta, contrasena)

    def _entered_with(self, contrasena: str) -> bool:
        self.transport.authenticate(self.cuenta, contrasena)
        try:
            self.transport.request("GET", f"/accounts/{self.cuenta}")
            self._password = contrasena
        except PasswordRejectedError:
            return False
        finally:
            self.transport.authenticate(self.cuenta, self._password)
        return True

    # -- helpers

    def records_path(self, collection: str) -> str:
        return f"{self._root}/collections/{valid_id(collection)}/records"

    def _data(self, method: str, path: str) -> Mapping[str, Any]:
        return as_object(self.transport.request(method, path).body.get("data"))

    def _tombstone(self, collection: str, record_id: str) -> RemoteRecord | None:
        query = {"id": record_id, "_since": "0"}
        answer = self.transport.request("GET", self.records_path(collection), query=query)
        return next(iter(_page(answer).records), None)


class _Walk:
    """One reading of a listing, page after page, from the oldest version on."""

    def __init__(self) -> None:
        self._reached = self._idle = 0

    def follow(self, page: RecordPage) -> RecordPage:
        """The same page. Raises OddAnswerError if the listing goes round in circles."""
        newest = max((one.version for one in page.records), default=0)
        self._idle = 0 if newest > self._reached else self._idle + 1
        self._reached = max(self._reached, newest)
        if page.next_page is not None and self._idle >= MAX_IDLE_PAGES:
            raise OddAnswerError
        return page


def _news(answer: Answer) -> ServerNews:
    if answer.status != 200 and "errno" not in answer.body:
        raise NotKintoError
    data = as_object(answer.body.get("data"))
    recipe = as_object(data.get("receta"))
    number, told = recipe.get("numero"), as_object(data.get("colecciones"))
    if type(number) is not int or number < RECIPE:
        raise OtherRecipeError
    newest = {name: version for name, version in told.items() if is_version(version)}
    different = tuple(_texts(recipe.get("distintos")))
    return ServerNews(newest, different, str(recipe.get("kinto", "")), answer.server_time_ms)


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _page(answer: Answer) -> RecordPage:
    listed = answer.body.get("data")
    if not isinstance(listed, list):
        raise OddAnswerError
    records = (read_record(as_object(one)) for one in listed)
    return RecordPage(
        tuple(one for one in records if one is not None),
        _next_page(answer.headers.get("Next-Page")),
        None,
        answer.server_time_ms,
        _collection_version(answer),
    )


def _next_page(address: str | None) -> str | None:
    """Only the query: behind a proxy the server states an address that is not its public one."""
    try:
        return urlsplit(address).query if address else None
    except ValueError:
        raise NoConnectionError(ANSWERED_BY_ANOTHER) from None


def _collection_version(answer: Answer) -> int:
    """The collection's timestamp from the ETag; 0 without one."""
    return whole(answer.headers.get("ETag", "").strip('"')) or 0
