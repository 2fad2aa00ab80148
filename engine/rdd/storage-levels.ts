/** Storage levels compared, changed and put into words. */
import { StorageLevel } from "../plan/storage-level.js";

export const isSameLevel = (left: StorageLevel, right: StorageLevel): boolean =>
  left.useDisk === right.useDisk &&
  left.useMemory === right.useMemory &&
  left.useOffHeap === right.useOffHeap &&
  left.deserialized === right.deserialized &&
  left.replication === right.replication;

/** The level with the disk: what is kept for good must not be dropped where memory is short. */
export const withDisk = ({ useMemory, useOffHeap, deserialized, replication }: StorageLevel): StorageLevel =>
  new StorageLevel(true, useMemory, useOffHeap, deserialized, replication);

/** As Spark shows it: `Disk Memory Serialized 1x Replicated`. */
export function levelText({ useDisk, useMemory, useOffHeap, deserialized, replication }: StorageLevel): string {
  const memory = useOffHeap ? "Memory (off heap) " : "Memory ";
  const form = deserialized ? "Deserialized" : "Serialized";
  return `${useDisk ? "Disk " : ""}${useMemory ? memory : ""}${form} ${replication}x Replicated`;
}
