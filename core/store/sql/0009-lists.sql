-- 0009-lists.sql: the entries of a parse in one row, for reports (analysis/lists/encode.h has the bytes). Made from exposure, of local row ids: never
-- merged, and made again where it is missing.
-- Append-only: once shipped this file never changes (a test pins its hash).

CREATE TABLE snapshot_list (
  parse_id INTEGER PRIMARY KEY REFERENCES parse(id),
  list BLOB NOT NULL
) STRICT;
