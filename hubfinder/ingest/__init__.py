"""The official files: postcodes, boundaries, schools, practices, hubs and services, read row by row.

Each kind of file has one module here that reads rows into values and hands them to the room whose tables
they are. A kind looks like this, and is then listed in ``hubfinder.ingest.kinds``::

    @dataclass(frozen=True, slots=True)
    class Options:
        replace: bool = option("Forget all ponds that are not in the file.", default=False)


    def load(loading: Loading, options: Options) -> None:
        ponds = loading.each(_pond, needs=("name", "depth"))
        loading.report.count("ponds", put_ponds(loading.session, ponds, replace=options.replace))


    def _pond(row: Row) -> Pond:
        return Pond(name=row.text("name", required=True), depth=row.number_in("depth", 0, 300))


    PONDS = Kind("ponds", "Ponds: name, depth (metres).", load, Options)

``loading.each`` streams the file (CSV or GeoJSON, plain or gzip), gives each row to the function and notes
the rows it refuses (``RowRefused``) in the report. Everything happens in one transaction that the caller
opened and ends (``hubfinder.ingest.running``): a refused row means that nothing of the command is kept.
"""
