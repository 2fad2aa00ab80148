/** Progress of stages in a terminal: a bar drawn over itself while a stage runs, one line that stays when it ends. */
import type { EngineEvent } from "./events.js";

type Progress = Extract<EngineEvent, { kind: "progress" }>;

/** `auto`: a bar in a terminal, for stages that take longer than half a second. */
type Mode = "off" | "lines" | "bar" | "auto";

const barWidth = 30;
const shortStageMs = 500;

function modeOf(stream: { readonly isTTY?: boolean }): {
  readonly draw: boolean;
  readonly final: boolean;
  readonly short: boolean;
} {
  const mode = (process.env["KINDLING_PROGRESS"] ?? "auto") as Mode;
  const terminal = stream.isTTY === true;
  return {
    draw: terminal && (mode === "bar" || mode === "auto"),
    final: mode === "bar" || mode === "lines" || (mode === "auto" && terminal),
    short: mode === "bar" || mode === "lines",
  };
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);

export function progressLine({ stage, name, tasks, done, running, failed, spilledBytes, elapsedMs }: Progress): string {
  const filled = tasks === 0 ? barWidth : Math.floor((done / tasks) * barWidth);
  const bar = "=".repeat(filled) + (filled < barWidth ? ">" : "") + " ".repeat(Math.max(0, barWidth - filled - 1));
  const now = [
    running > 0 ? `${running} running` : "",
    failed > 0 ? `${failed} failed` : "",
    spilledBytes > 0 ? `${mebibytes(spilledBytes)} MiB spilled` : "",
  ]
    .filter(Boolean)
    .map((text) => `, ${text}`);
  return `Stage ${stage} ${name} [${bar}] ${done}/${tasks} tasks${now.join("")}, ${(elapsedMs / 1000).toFixed(1)} s`;
}

/** Prints progress events to a stream. */
export function progressPrinter(stream: {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}): (event: Progress) => void {
  const { draw, final, short } = modeOf(stream);
  const clear = draw ? "\r\u001b[K" : "";
  return (event) => {
    if (event.elapsedMs < shortStageMs && !short) return;
    if (event.ended && final) stream.write(`${clear}${progressLine(event)}\n`);
    else if (draw) stream.write(`${clear}${progressLine(event)}`);
  };
}
