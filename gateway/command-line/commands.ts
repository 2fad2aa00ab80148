/** The commands of `kindling` and their flags, in one table: parsing and help come from it. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { EngineError } from "../../engine/errors.js";

interface Flag {
  /** Stands for the value in help; a flag without one is on or off. */
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: boolean;
  readonly doc: string;
}

export interface Command {
  readonly usage: string;
  readonly summary: string;
  readonly details: string;
  readonly flags: Readonly<Record<string, Flag>>;
}

export type CommandName = "run" | "gateway" | "generate";

const help: Flag = { short: "h", doc: "show this help" };

export const commands: Readonly<Record<CommandName, Command>> = {
  run: {
    usage: "kindling run [--py-files FILES] PROGRAM [ARGUMENT]...",
    summary: "run a program that uses kindling",
    details: `PROGRAM is a .ts, .mts, .cts, .js, .mjs, .cjs or .py file. Everything after it belongs to the program.
TypeScript runs as it is, without a build, as ES modules unless a package.json says otherwise; it finds kindling
from any folder. Python runs with $KINDLING_PYTHON if it is set, else the
active virtual environment ($VIRTUAL_ENV), else ./.venv, else python3.
The exit code is the program's own; 128 + n if signal n ended it.`,
    flags: {
      "py-files": {
        value: "FILES",
        doc: "modules (.py) and packages (.zip, .egg) for a Python program and its workers, separated by commas",
      },
      help,
    },
  },
  gateway: {
    usage: "kindling gateway [--port N] [--token-file FILE] [--announce]",
    summary: "serve programs in other languages",
    details: `Whoever has the token can run code as you: keep it secret.
Runs until it is interrupted (SIGINT, SIGTERM).`,
    flags: {
      host: { value: "ADDRESS", doc: "address to listen on (127.0.0.1)" },
      port: { value: "N", doc: "port to listen on; 0, the default, is a free one" },
      "token-file": { value: "FILE", doc: "file that holds the token, mode 600; made with a random token if missing" },
      "allow-origin": { value: "ORIGIN", multiple: true, doc: "web origin whose pages may connect; can be repeated" },
      announce: {
        doc: 'print {"port","socket","token","pid"}, or {"error"}, as one line of JSON; run until standard input closes',
      },
      help,
    },
  },
  generate: {
    usage: "kindling generate --from FILE [--python FOLDER] [--api FILE]",
    summary: "make typed clients of an API of your own",
    details: `FILE is TypeScript: its exported classes are the API. They are described in JSON, for the gateway that serves
them (startGateway), and clients are made from that. What cannot be described is named, with file, line and remedy.
Needs the package ts-morph.`,
    flags: {
      from: { value: "FILE", doc: "the source whose exports are described" },
      python: { value: "FOLDER", doc: "a Python package to write; its last name is the package's" },
      api: { value: "FILE", doc: "where the description goes; beside the source by default" },
      help,
    },
  },
};

/** Flags given to a command; `parseArgs` knows their types from the table. */
export interface Given {
  readonly strings: Readonly<Record<string, string | undefined>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly switches: ReadonlySet<string>;
}

/** Reads the flags of a command; what it does not know is `USAGE_INVALID`. */
export function parseFlags(name: CommandName, args: readonly string[]): Given {
  const { flags } = commands[name];
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [flag, { value, short, multiple }] of Object.entries(flags)) {
    options[flag] = {
      type: value === undefined ? "boolean" : "string",
      ...(short && { short }),
      ...(multiple && { multiple }),
    };
  }
  let values: Readonly<Record<string, unknown>>;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }));
  } catch (error) {
    const [reason = ""] = (error as Error).message.split(/[.\n]/);
    throw new EngineError("USAGE_INVALID", { reason, command: `kindling ${name} --help` }, { cause: error });
  }
  const entries = Object.entries(values);
  return {
    strings: Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string")),
    lists: Object.fromEntries(entries.filter((entry): entry is [string, string[]] => Array.isArray(entry[1]))),
    switches: new Set(entries.filter(([, value]) => value === true).map(([flag]) => flag)),
  };
}

function flagLines(flags: Command["flags"]): string[] {
  const heads = Object.entries(flags).map(([flag, { value, short }]) => {
    const long = value === undefined ? `--${flag}` : `--${flag} ${value}`;
    return short === undefined ? long : `-${short}, ${long}`;
  });
  const width = Math.max(...heads.map(({ length }) => length));
  return Object.values(flags).map(({ doc }, index) => `  ${(heads[index] ?? "").padEnd(width)}  ${doc}`);
}

export const commandHelp = (name: CommandName): string => {
  const { usage, summary, details, flags } = commands[name];
  return [
    `Usage: ${usage}`,
    "",
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    details,
    "",
    ...flagLines(flags),
    "",
  ].join("\n");
};

export const generalHelp = (): string =>
  [
    "Usage: kindling COMMAND",
    "",
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)}  ${summary}`),
    "  --version  print the version",
    "  --help     show this help; kindling COMMAND --help tells more",
    "",
    "Exit codes: 0 success, 1 failure, 2 wrong usage; those of `kindling run` are the program's own.",
    "",
  ].join("\n");
