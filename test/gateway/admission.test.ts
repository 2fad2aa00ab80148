import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineError } from "../../engine/errors.js";
import { type Gateway, startGateway } from "../../gateway/index.js";
import { helloParams, RawClient } from "./raw-client.js";
import { toy } from "./toy.js";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ ...toy, allowedOrigins: ["https://notebook.example"], limits: { helloMs: 200 } });
});
afterAll(() => gateway.close());

interface Refused {
  readonly status: number;
  readonly body: string;
}

/** Tries to connect; the HTTP status and error code that refuse it, or 101. */
async function attempt(token: string, headers: Record<string, string> = {}, path = "/"): Promise<[number, string?]> {
  try {
    await (await RawClient.open(gateway.port, token, headers, path)).end();
    return [101];
  } catch (error) {
    const { status, body } = error as Refused;
    return [status, (JSON.parse(body) as { code: string }).code];
  }
}

const own = (): string => gateway.token;

const cases: [string, () => Parameters<typeof attempt>, [number, string?]][] = [
  ["the right token", () => [own()], [101]],
  ["a wrong token", () => ["x".repeat(43)], [401, "UNAUTHENTICATED"]],
  ["a prefix of the token", () => [own().slice(0, -1)], [401, "UNAUTHENTICATED"]],
  ["no token", () => ["", { Authorization: "" }], [401, "UNAUTHENTICATED"]],
  ["the token without Bearer", () => ["", { Authorization: own() }], [401, "UNAUTHENTICATED"]],
  ["the token in the URL", () => ["", {}, `/?token=${own()}`], [404, "METHOD_NOT_FOUND"]],
  ["another path", () => [own(), {}, "/admin"], [404, "METHOD_NOT_FOUND"]],
  ["a web page", () => [own(), { Origin: "https://evil.example" }], [403, "ORIGIN_REFUSED"]],
  ["a local file as a page", () => [own(), { Origin: "null" }], [403, "ORIGIN_REFUSED"]],
  ["a listed web page", () => [own(), { Origin: "https://notebook.example" }], [101]],
  ["a name that was made to point here", () => [own(), { Host: "evil.example:80" }], [403, "ORIGIN_REFUSED"]],
  ["localhost", () => [own(), { Host: "localhost:1" }], [101]],
  ["IPv6 loopback", () => [own(), { Host: "[::1]:1" }], [101]],
];

test.each(cases)("%s", async (_, args, expected) => {
  expect(await attempt(...args())).toEqual(expected);
});

test("plain HTTP is told what is spoken here", async () => {
  const status = await new Promise((resolve) => {
    request({ port: gateway.port, host: "127.0.0.1" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(426);
});

test("a port in use is an error that names it", async () => {
  const second = startGateway({ ...toy, port: gateway.port });
  await expect(second).rejects.toSatisfy((error) => error instanceof EngineError && error.code === "PORT_IN_USE");
  await expect(second).rejects.toThrow(`port ${gateway.port} on 127.0.0.1 is in use`);
});

describe("hello", () => {
  test("tells the session and the limits", async () => {
    const client = await RawClient.open(gateway.port, gateway.token);
    expect((await client.hello()).result).toMatchObject({
      protocol: 1,
      session: expect.stringMatching(/^s\d+$/),
      secret: expect.stringMatching(/^[\w-]{32}$/),
      received: 0,
      limits: { messageBytes: 16 * 2 ** 20, callsPerBatch: 256, chunkBytes: 8 * 2 ** 20, inlineBytes: 16 * 2 ** 10 },
    });
    await client.end();
  });

  test("calls may follow at once", async () => {
    const client = await RawClient.open(gateway.port, gateway.token);
    const [greeting, value] = await Promise.all([client.hello(), client.value("Echo.int", { args: [1] })]);
    expect([greeting.error, value]).toEqual([undefined, 1]);
    await client.end();
  });

  test("a connection that says nothing is closed", async () => {
    const client = await RawClient.open(gateway.port, gateway.token);
    expect(await client.closed).toBe(1008);
    expect(client.others[0]?.error?.data.code).toBe("DEADLINE_EXCEEDED");
  });

  test("a call before it ends the connection", async () => {
    const client = await RawClient.open(gateway.port, gateway.token);
    client.notify("Counter.new", { as: 1 });
    expect(await client.closed).toBe(1002);
    expect(client.others[0]?.error?.message).toContain("the first message must be the request hello");
  });

  const { client: own } = helloParams;
  const refused: [string, Record<string, unknown>, string][] = [
    ["another version", { ...helloParams, protocol: 2 }, "MESSAGE_INVALID"],
    ["a session to resume", { ...helloParams, resume: { session: "s1", secret: "x", received: 3 } }, "SESSION_LOST"],
    ["no client", { protocol: 1 }, "MESSAGE_INVALID"],
    ["another language", { ...helloParams, client: { ...own, language: "cobol" } }, "MESSAGE_INVALID"],
    ["no working directory", { ...helloParams, client: { ...own, workingDirectory: 7 } }, "MESSAGE_INVALID"],
    ["Python without its search path", { ...helloParams, client: { ...own, searchPath: null } }, "MESSAGE_INVALID"],
  ];
  test.each(refused)("%s is refused, and another hello may follow", async (_, params, code) => {
    const client = await RawClient.open(gateway.port, gateway.token);
    expect((await client.hello(params)).error?.data.code).toBe(code);
    expect((await client.hello({ ...helloParams, client: { ...own, language: "scala" } })).error).toBeUndefined();
    await client.end();
  });
});

test("sessions beyond the limit are refused until one ends", async () => {
  const small = await startGateway({ ...toy, limits: { sessions: 1 } });
  const first = await RawClient.connect(small);
  const second = await RawClient.open(small.port, small.token);
  expect((await second.hello()).error?.data.code).toBe("LIMIT_REACHED");
  await first.value("close");
  await first.closed;
  expect((await second.hello()).error).toBeUndefined();
  await second.end();
  await small.close();
});

test("close ends connections, and the port is free again", async () => {
  const first = await startGateway({ ...toy });
  const client = await RawClient.connect(first);
  await first.close();
  expect(await client.closed).toBe(1001);
  const second = await startGateway({ ...toy, port: first.port });
  await second.close();
});
