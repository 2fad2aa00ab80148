/** What a program prints while something runs. */
import { vi } from "vitest";

export async function printed(run: () => Promise<unknown>): Promise<string> {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await run();
  } finally {
    write.mockRestore();
  }
  return text;
}
