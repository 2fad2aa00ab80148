/** Master URLs as Spark reads them: task slots are the `defaultParallelism` that PySpark 4.3 has for the same URL. */
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { parseMaster } from "../../../engine/session/master.js";

const all = availableParallelism();

test.each([
  ["local", 1, 1],
  ["local[4]", 4, 1],
  ["local[007]", 7, 1],
  ["local[*]", all, 1],
  ["local[2,3]", 2, 3],
  ["local[2, 3]", 2, 3],
  ["local[2 ,3]", 2, 3],
  ["local[*,4]", all, 4],
])("%s has %d slots and %d attempts", (url, slots, maxFailures) => {
  expect(parseMaster(url)).toEqual({ kind: "local", url, executors: 1, slots, maxFailures });
});

// As Spark's `SparkMasterRegex.LOCAL_CLUSTER_REGEX` reads them.
test.each([
  ["local-cluster[2,1,1024]", 2, 1, 1024],
  ["local-cluster[2, 1, 1024]", 2, 1, 1024],
  ["local-cluster[ 3 ,2 , 512 ]", 3, 2, 512],
])("%s has %d executors with %d slots and %d MiB", (url, executors, slots, memoryMiB) => {
  expect(parseMaster(url)).toEqual({ kind: "localCluster", url, executors, slots, memoryMiB });
});

test.each(["sc://localhost:15002", "sc://host", "sc://host:1/;user_id=a;token=b", "sc://[::1]:15002"])(
  "%s is a cluster",
  (url) => {
    expect(parseMaster(url)).toEqual({ kind: "connect", url });
  },
);

// Spark takes local[2,0], and then fails with the first task.
test.each([
  "",
  " local",
  "Local",
  "local ",
  "local [2]",
  "local[]",
  "local[0]",
  "local[-1]",
  "local[1.5]",
  "local[a]",
  "local[2",
  "local[2]x",
  "local[ 2 ]",
  "local[2,]",
  "local[2,0]",
  "local[2,*]",
  "local[2,3,4]",
  "local-cluster",
  "local-cluster[2,1]",
  "local-cluster[0,1,1024]",
  "local-cluster[2,1,1024,4]",
  "local-cluster [2,1,1024]",
  "yarn",
  "spark://host:7077",
  "sc://",
  "sc:///path",
])('"%s" is refused', (url) => {
  const message = `master "${url}" is not one of local, local[N], local[*], local[N,maxFailures], local-cluster[executors,cores,memMiB], sc://host:port`;
  expect(() => parseMaster(url)).toThrow(
    expect.objectContaining({ code: "INVALID_MASTER", message: `[INVALID_MASTER] ${message}` }),
  );
});
