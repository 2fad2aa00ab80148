/** Seeds that the program left to chance. */
import { randomInt } from "node:crypto";

/** A random seed, chosen once: what is computed from it is the same however often it is computed. */
export const freshSeed = (): number => randomInt(2 ** 47);
