/** Addresses as Spark's client connection string has them; descriptors as the real PySpark ships them. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parseMasterUrl } from "../../../engine/spark/master-url.js";
import { installSpark } from "../../servers/spark/install.js";
import { root } from "./spark-fixture.js";

const plain = { secure: false, token: null, userId: "kindling" };

test.each([
  ["sc://host", { ...plain, target: "host:15002" }],
  ["sc://host:443/", { ...plain, target: "host:443" }],
  ["sc://[::1]:7", { ...plain, target: "[::1]:7" }],
  ["sc://host/;use_ssl=true;user_id=ann", { target: "host:15002", secure: true, token: null, userId: "ann" }],
  ["sc://host:1/;token=a=b", { target: "host:1", secure: true, token: "a=b", userId: "kindling" }],
])("%s", (master, address) => {
  expect(parseMasterUrl(master)).toEqual(address);
});

test.each(["sc://", "sc://:5", "sc://host:99999", "spark://host:7077", "sc://host/path"])("%s is refused", (master) => {
  expect(() => parseMasterUrl(master)).toThrow(expect.objectContaining({ code: "INVALID_MASTER" }));
});

test("the recorded descriptors are PySpark's", async () => {
  const { python } = await installSpark();
  const script = join(root, "engine", "spark", "record-descriptors.py");
  const { stdout } = await promisify(execFile)(python, ["-W", "ignore", script, "--check"], { timeout: 60_000 });
  expect(stdout).toBe("connect-descriptors.binpb is current\n");
});
