/** Columns as an Arrow IPC stream; columns may share a name, which Arrow's own tables of named vectors cannot hold. */
import { type Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, vectorFromArray } from "apache-arrow";

export function encodeColumns(fields: readonly Field[], columns: readonly (readonly unknown[])[]): Uint8Array {
  const schema = new Schema([...fields]);
  const length = columns[0]?.length ?? 0;
  const children = fields.map((field, index) => {
    // An empty vector of a type that cannot be told from its values has no data at all.
    const [data] = vectorFromArray(columns[index] ?? [], field.type).data;
    return data ?? makeData({ type: field.type, length: 0 } as never);
  });
  const data = makeData({ type: new Struct([...fields]), length, nullCount: 0, children });
  return tableToIPC(new Table([new RecordBatch(schema, data)]), "stream");
}
