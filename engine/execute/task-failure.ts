/** What becomes of what a task threw. */
import { functionFrame, userFrames } from "../closure/unpack.js";
import { EngineError, type UserFrame } from "../errors.js";
import { type AnyKernel, functionsOf, type ShippedFunction } from "../plan/kernel.js";

/** What a task threw: an error of ours, of the machine, or of the user's function with its own lines. */
export function toEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown.origin.frames ? thrown : withFrames(thrown, userFrames(thrown));
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  const path = (thrown as NodeJS.ErrnoException | null)?.path;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EIO") {
    return new EngineError(
      "WRITE_FAILED",
      { path: path ?? "the temporary directory", reason: code },
      { cause: thrown },
    );
  }
  return new EngineError("USER_FUNCTION_FAILED", nameAndText(thrown), {
    origin: { frames: userFrames(thrown) },
    cause: thrown,
  });
}

/** What travels of the text of a thrown error. */
const messageCharacters = 20_000;

/** The properties of what the user threw may be anything, and throw in turn. */
function nameAndText(thrown: unknown): { readonly type: string; readonly message: string } {
  const isError = thrown instanceof Error;
  try {
    const message = isError ? String(thrown.message) : String(thrown);
    return { type: isError ? String(thrown.name) : typeof thrown, message: message.slice(0, messageCharacters) };
  } catch {
    return { type: isError ? "Error" : typeof thrown, message: "(its own text failed)" };
  }
}

const withFrames = (error: EngineError, frames: readonly UserFrame[]): EngineError =>
  frames.length === 0 ? error : error.at({ frames });

/** Failures that the result of a function can make when the function no longer runs. */
const resultCodes: ReadonlySet<string> = new Set(["USER_FUNCTION_FAILED", "PARTITION_OUT_OF_RANGE"]);

/** The same as `toEngineError`; where no line of the user's is known, it names the function of the failing step. */
export function toStepError(thrown: unknown, functions: readonly ShippedFunction[]): EngineError {
  const error = toEngineError(thrown);
  const [fn] = functions;
  if (fn === undefined || !resultCodes.has(error.code) || (error.origin.frames ?? []).length > 0) return error;
  const frame = functionFrame(fn);
  if (frame === null) return error;
  return new EngineError(error.code, error.params, {
    origin: { ...error.origin, frames: [frame] },
    cause: error.cause,
  });
}

/** The functions of the user that a step calls. */
export const shippedFunctions = (step: AnyKernel): readonly ShippedFunction[] =>
  functionsOf(step).filter((fn): fn is ShippedFunction => fn.language !== "any");
