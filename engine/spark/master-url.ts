/** The address in a master URL such as `sc://host:15002` or `sc://host:443/;use_ssl=true;token=…`. */
import { EngineError } from "../errors.js";

export interface ConnectAddress {
  /** As gRPC takes it. */
  readonly target: string;
  readonly secure: boolean;
  readonly token: string | null;
  readonly userId: string;
}

const form = /^sc:\/\/(\[[^\]]+\]|[^/:;\s]+)(?::(\d+))?\/?(?:;(.*))?$/;

/** Spark's own port where none is given. */
const defaultPort = 15002;

/** As in Spark's client connection string: parameters `token`, `use_ssl`, `user_id`; a token asks for TLS. */
export function parseMasterUrl(master: string): ConnectAddress {
  const found = form.exec(master);
  const port = Number(found?.[2] ?? defaultPort);
  if (!found?.[1] || port < 1 || port > 65535) throw new EngineError("INVALID_MASTER", { master });
  const pairs = (found[3] ?? "").split(";").filter((pair) => pair !== "");
  const parameters = new Map(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const token = parameters.get("token") ?? null;
  return {
    target: `${found[1]}:${port}`,
    secure: token !== null || parameters.get("use_ssl") === "true",
    token,
    userId: parameters.get("user_id") ?? "kindling",
  };
}
