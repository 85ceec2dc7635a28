"""Administration of the capturistas of a contratista: alta, consulta, modificar, exportar."""
