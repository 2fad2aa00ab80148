/** What a session's executors have: the archive of workers, the version of their Python, broadcast values. */
import { type Batch, batchFormats } from "../data/batch.js";
import { EngineError } from "../errors.js";
import type { PythonEnvironment } from "../execute/task.js";
import type { ConnectSession } from "./connect-client.js";
import type { Relation } from "./connect-messages.js";
import { type PythonSide, probeFunction } from "./python-command.js";
import { makeArchive } from "./worker-archive.js";

/** `repartitionById` is new in this one. */
const oldestForFunctions = [4, 1] as const;
/** What a function stage keeps in memory on both sides of Spark's pipe to Python. */
const settings = { "spark.sql.execution.arrow.maxBytesPerBatch": String(16 * 1024 * 1024) };
/** Asked when no program says which Python it is. */
const anyPython = "3.11";

/** What the executors have, once they were asked. */
export interface Equipment {
  readonly python: PythonSide;
  /** Packages that the Python worker needs and the program's interpreter lacks. */
  readonly missing: readonly string[];
}

/** For translations that only find out whether executors are needed. */
export const noEquipment: Equipment = { python: { archive: "", version: anyPython }, missing: [] };

/** A broadcast value, and the name of the file that holds it on every executor. */
export interface BroadcastName {
  readonly id: number;
  readonly name: string;
}

export class Executors {
  readonly #master: string;
  readonly #session: ConnectSession;
  readonly #sparkVersion: string;
  readonly #environment: PythonEnvironment;
  #equipment: Promise<Equipment> | null = null;
  /** By number: on its way to the executors, or there. */
  readonly #shipped = new Map<number, Promise<BroadcastName>>();

  constructor(master: string, session: ConnectSession, sparkVersion: string, environment: PythonEnvironment) {
    this.#master = master;
    this.#session = session;
    this.#sparkVersion = sparkVersion;
    this.#environment = environment;
  }

  get isEquipped(): boolean {
    return this.#equipment !== null;
  }

  /** Sends them what workers need, with the first job that runs a function. */
  equip(): Promise<Equipment> {
    if (this.#equipment === null) {
      this.#equipment = this.#prepare();
      this.#equipment.catch(() => {
        this.#equipment = null;
      });
    }
    return this.#equipment;
  }

  /** The files of these values; each is sent once in a session. */
  async broadcasts(values: ReadonlyMap<number, Batch>): Promise<readonly BroadcastName[]> {
    for (const id of this.#shipped.keys()) if (!values.has(id)) this.#shipped.delete(id);
    return Promise.all([...values].map(([id, value]) => this.#ship(id, value)));
  }

  #ship(id: number, { format, bytes }: Batch): Promise<BroadcastName> {
    const known = this.#shipped.get(id);
    if (known) return known;
    const name = `kindling-broadcast-${id}`;
    const content = Buffer.concat([Buffer.of(batchFormats.indexOf(format)), bytes]);
    const shipping = this.#session.addArtifact(`files/${name}`, content).then(() => ({ id, name }));
    shipping.catch(() => this.#shipped.delete(id));
    this.#shipped.set(id, shipping);
    return shipping;
  }

  async #prepare(): Promise<Equipment> {
    const [major = 0, minor = 0] = this.#sparkVersion.split(".").map(Number);
    if (major < oldestForFunctions[0] || (major === oldestForFunctions[0] && minor < oldestForFunctions[1])) {
      const what = `a function of the program, with Spark ${this.#sparkVersion},`;
      const remedy = `use Spark ${oldestForFunctions.join(".")} or newer`;
      throw new EngineError("BACKEND_UNSUPPORTED", { what, master: this.#master, remedy });
    }
    const { archive, missing } = await makeArchive(this.#environment.executable);
    await this.#session.configure(settings);
    await this.#session.addArtifact(`archives/${archive.name}.tar#${archive.name}`, archive.bytes);
    const version = await this.#pythonVersion(archive.name);
    return { python: { archive: archive.name, version }, missing };
  }

  /** Spark refuses a function of another minor version of Python, and names its own in doing so. */
  async #pythonVersion(archive: string): Promise<string> {
    const expected = this.#environment.version?.split(".").slice(0, 2).join(".") ?? null;
    const version = expected ?? anyPython;
    try {
      await this.#probe({ archive, version });
      return version;
    } catch (error) {
      const mismatch = error instanceof EngineError && error.code === "WORKER_VERSION_MISMATCH" ? error : null;
      if (mismatch === null || expected !== null) throw error;
      const actual = mismatch.params["actual"] ?? version;
      await this.#probe({ archive, version: actual });
      return actual;
    }
  }

  async #probe(python: PythonSide): Promise<void> {
    const input: Relation = { range: { start: "0", end: "1", step: "1", numPartitions: 1 } };
    const relation: Relation = { mapPartitions: { input, func: probeFunction(python) } };
    await this.#session.execute(relation, { signal: new AbortController().signal, receive: () => {} });
  }
}
