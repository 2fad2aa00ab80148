import { readFileSync } from "node:fs";
export const x: number = 1 as number & { readonly __b?: "int" };
export const y: Buffer = readFileSync("/dev/null");
