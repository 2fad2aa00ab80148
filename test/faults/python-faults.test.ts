/** Faults in Python programs on a local cluster: what `python_faults.py` tells of its cases, and what it leaves behind. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../gateway/exposure.js";
import { commandOf, inPlace } from "../programs/program-run.js";

/** How often tasks ran: six, and once more the one with the fault. */
const told = `worker killed in a map: (True, 7)
executor killed in a map: (True, 2)
executor stopped in a map: (True, 2)
worker out of memory: (True, 7)
accumulators count once: (6, 6)
executor killed in a shuffle write: True
executor killed in a shuffle read: (True, True)
executor killed while a spilled reduce is read: (3000, True, ['spilled'], [])
executor killed after it read a broadcast: True
executor killed that holds cached blocks: (True, True)
executor killed of which others have copies: (True, 6)
executor killed while a checkpoint is written: (60000, True, True, 3, ['part-00000', 'part-00001', 'part-00002'])
executor killed while text is saved: (True, ['_SUCCESS', 'part-00000', 'part-00001', 'part-00002', 'part-00003'])
executor killed while much is collected: (True, {300000})
executor killed while a worker waits at a barrier: ([1, 2], 4)
child of a killed worker: [1, 2]
`;

test(
  "results are exact, and only what was lost is done again",
  () =>
    inPlace(async (place) => {
      place.write("faults.py", readFileSync(join(packageRoot(), "test", "faults", "python_faults.py")));
      const { code, out, err } = await place.startCommand(
        [...commandOf("faults.py", "plain"), "local-cluster[2,1,512]"],
        {},
        150_000,
      ).ended;
      expect(out).toBe(told);
      expect([code, err]).toEqual([0, []]);
      expect((await place.leftBehind()).filter((left) => !left.startsWith("faults-"))).toEqual([]);
    })(),
  180_000,
);
