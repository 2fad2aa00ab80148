/**
 * Cases in which Kindling means to differ from PySpark, and why. A case that is listed and agrees all the same fails:
 * its line is to go.
 */
export const knownDifferences: Readonly<Record<string, string>> = {};
