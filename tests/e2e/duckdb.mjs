// duckdb.mjs FOLDER QUERY: what the duckdb shell does with an export of the format sql: runs load-duckdb.sql in a database in memory, then the file QUERY. Prints
// one line of JSON for each table as its Parquet file gives it back (columns with types, rows), and a last one with QUERY's rows. Integers are texts: exact.
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';

const query = readFileSync(process.argv[3], 'utf8');
process.chdir(process.argv[2]);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();

const loading = readFileSync('load-duckdb.sql', 'utf8').split('\n').map((line) => (line.startsWith('.read ') ? readFileSync(line.slice(6), 'utf8') : line));
await connection.run(loading.join('\n'));
for (const [table] of await rows('SELECT table_name FROM duckdb_tables() ORDER BY table_oid')) {
	const columns = (await rows(`DESCRIBE SELECT * FROM read_parquet('${table}.parquet')`)).map(([name, type]) => [name, type]);
	const cells = columns.map(([name, type]) => {
		if (type === 'TIMESTAMP') return `strftime("${name}", '%Y-%m-%dT%H:%M:%S.%gZ')`;
		return type === 'DOUBLE' || type === 'BOOLEAN' ? `"${name}"` : `CAST("${name}" AS VARCHAR)`;
	});
	console.log(JSON.stringify({ table, columns, rows: await rows(`SELECT ${cells.join(', ')} FROM read_parquet('${table}.parquet')`) }));
}
console.log(JSON.stringify({ table: null, version: (await rows('SELECT version()'))[0][0], rows: await rows(query) }));
