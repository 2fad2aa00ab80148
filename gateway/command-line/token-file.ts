/** The file that holds a gateway's token. Nobody but its owner may be able to read it. */
import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { EngineError } from "../../engine/errors.js";

/** Fewer characters could be guessed. */
const leastCharacters = 16;

export const randomToken = (): string => randomBytes(32).toString("base64url");

const unsafe = (path: string, reason: string, remedy: string): EngineError =>
  new EngineError("TOKEN_FILE_UNSAFE", { path, reason, remedy });

/** Makes the file with a random token; undefined if there is one already. */
function createToken(path: string): string | undefined {
  const { O_CREAT, O_EXCL, O_WRONLY } = constants;
  let file: number;
  try {
    file = openSync(path, O_CREAT | O_EXCL | O_WRONLY, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw unsafe(path, (error as Error).message, "give a path where a file can be made");
  }
  const token = randomToken();
  writeSync(file, `${token}\n`);
  closeSync(file);
  return token;
}

/** The token in the file, which is made if it does not exist. What was checked is the very file that is read. */
export function tokenFrom(path: string): string {
  const created = createToken(path);
  if (created !== undefined) return created;
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unsafe(path, (error as Error).message, "check its permissions");
  }
  try {
    const { mode, uid } = fstatSync(file);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG)
      throw unsafe(path, "it is not a file", "give the path of a file");
    if (uid !== process.getuid?.()) throw unsafe(path, "it belongs to another user", "give a file of your own");
    if ((mode & 0o077) !== 0) throw unsafe(path, "others can read or write it", `chmod 600 ${path}`);
    const token = readFileSync(file, "utf8").trim();
    if (/^[!-~]+$/.test(token) && token.length >= leastCharacters) return token;
    throw unsafe(
      path,
      `it must hold one word of ${leastCharacters} or more ASCII characters`,
      "remove it, and a good one is made",
    );
  } finally {
    closeSync(file);
  }
}
