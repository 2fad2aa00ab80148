/** `kindling gateway`: serves until it is told to stop. */
import { isIP } from "node:net";
import { EngineError } from "../../engine/errors.js";
import { type Gateway, startGateway } from "../index.js";
import { type Given, parseFlags } from "./commands.js";
import { randomToken, tokenFrom } from "./token-file.js";

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new EngineError("USAGE_INVALID", {
    reason: `--port must be 0 to 65535, not "${text}"`,
    command: "kindling gateway --help",
  });
}

/** Resolves with the reason when the gateway shall stop. */
function stopRequested(isAnnounced: boolean): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGHUP", () => resolve());
    // Whoever started us with --announce decides when we end: Ctrl-C in its terminal is meant for its program.
    process.on("SIGINT", () => isAnnounced || resolve());
    if (!isAnnounced) return;
    for (const event of ["end", "close", "error"]) process.stdin.once(event, () => resolve());
    process.stdin.resume();
  });
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

function announce(gateway: Gateway, host: string, { strings, switches }: Given): void {
  const { port, token, socketPath } = gateway;
  if (switches.has("announce")) {
    process.stdout.write(`${JSON.stringify({ port, socket: socketPath, token, pid: process.pid })}\n`);
    return;
  }
  const file = strings["token-file"];
  const address = isIP(host) === 6 ? `[${host}]` : host;
  process.stdout.write(
    `kindling gateway on ws://${address}:${port}/ (${file === undefined ? `token ${token}` : `token in ${file}`})\n`,
  );
  if (!isLoopback(host))
    process.stderr.write("kindling: warning: whoever sees the traffic to this address sees the token\n");
}

/** What nobody handled concerns one call at most; the sessions of others go on. */
function surviveRejections(): void {
  process.on("unhandledRejection", (reason) => {
    const text = reason instanceof Error ? reason.stack : String(reason);
    process.stderr.write(`kindling: unhandled: ${text}\n`);
  });
}

function start({ strings, lists }: Given, host: string): Promise<Gateway> {
  const file = strings["token-file"];
  return startGateway({
    host,
    port: portOf(strings["port"]),
    token: file === undefined ? randomToken() : tokenFrom(file),
    allowedOrigins: lists["allow-origin"] ?? [],
  });
}

/** Runs the gateway to its end; the exit code. */
export async function serveGateway(args: readonly string[]): Promise<number> {
  const given = parseFlags("gateway", args);
  const host = given.strings["host"] ?? "127.0.0.1";
  const isAnnounced = given.switches.has("announce");
  const stop = stopRequested(isAnnounced);
  let gateway: Gateway;
  try {
    gateway = await start(given, host);
  } catch (error) {
    if (isAnnounced) process.stdout.write(`${JSON.stringify({ error: EngineError.from(error).toData() })}\n`);
    process.stdin.pause();
    throw error;
  }
  surviveRejections();
  announce(gateway, host, given);
  // Its own client asks for an engine at once: the process for tasks starts while this one still loads.
  if (isAnnounced)
    void import("../../engine/execute/executor-process.js").then((engine) => engine.startExecutorAhead());
  const failed = gateway.ready.then(
    () => new Promise<never>(() => {}),
    // Clients that connect are told as well.
    (error) => process.stderr.write(`${EngineError.from(error).message}\n`),
  );
  await Promise.race(isAnnounced ? [stop] : [stop, failed.then(() => stopWithFailure(gateway))]);
  await gateway.close();
  // The engine's own threads and pipes must not keep us.
  process.exit(0);
}

async function stopWithFailure(gateway: Gateway): Promise<never> {
  await gateway.close();
  process.exit(1);
}
