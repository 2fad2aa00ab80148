/** Every connector of this package, by the name that `spark.read.format(name)` takes. */
import type { ConnectorTable } from "../engine/source/connector.js";

export const connectors: ConnectorTable = {};
