/** What everybody is told of an application while it runs: events to the status tracker, to listeners and to the log. */
import { platform, release, userInfo } from "node:os";
import type { Host } from "./caller.js";
import { EventLog } from "./event-log.js";
import { type EventSink, ListenerBus } from "./listener-bus.js";
import type { ListenerEvent, PostEvent, Properties } from "./listener-event.js";
import type { LogLevel, Settings } from "./settings.js";
import { type SparkListener, sinkOf } from "./spark-listener.js";
import { StatusStore } from "./status-store.js";
import { version } from "./version.js";

export interface ApplicationOptions {
  readonly name: string;
  readonly conf: Properties;
  readonly settings: Settings;
  readonly host: Host;
}

/** Levels at which warnings are not shown. */
const talkative: ReadonlySet<LogLevel> = new Set<LogLevel>(["ALL", "TRACE", "DEBUG", "INFO"]);
const silent: ReadonlySet<LogLevel> = new Set<LogLevel>(["OFF", "FATAL", "ERROR"]);

/** Each application of this process has its own moment. */
let lastStart = 0;

export class Application {
  readonly startTimeMs: number;
  readonly id: string;
  readonly user: string;
  readonly status: StatusStore;
  readonly bus: ListenerBus;
  /** From which level on messages are shown. */
  logLevel: LogLevel;
  readonly #options: ApplicationOptions;
  readonly #log: EventLog | null;
  readonly #sinks = new Map<SparkListener, EventSink>();

  constructor(options: ApplicationOptions) {
    const { settings, host } = options;
    this.#options = options;
    lastStart = Math.max(Date.now(), lastStart + 1);
    this.startTimeMs = lastStart;
    this.id = `local-${this.startTimeMs}`;
    this.user = process.env["SPARK_USER"] ?? userInfo().username;
    this.logLevel = settings.logLevel ?? "WARN";
    this.status = new StatusStore(settings.retained);
    const warn = (message: string): void => this.warn(message);
    this.bus = new ListenerBus({ capacity: settings.listenerQueueEvents, warn });
    const { directory } = settings.eventLog;
    this.#log =
      directory === null
        ? null
        : new EventLog({
            settings: { ...settings.eventLog, directory },
            application: this.id,
            workingDirectory: host.workingDirectory,
            version: version(),
            warn,
          });
    if (this.#log) this.bus.add("of the event log", this.#log.write);
  }

  /** Tells that the application has started; what happened before, such as new executors, may come first. */
  start(): void {
    const { startTimeMs, id, user } = this;
    const appName = this.#options.name;
    this.post({ kind: "applicationStart", timeMs: startTimeMs, appName, appId: id, sparkUser: user });
    this.tellEnvironment({});
  }

  /** Tells what the application runs in; `files` were added by the program. */
  tellEnvironment(files: Properties): void {
    this.post({
      kind: "environmentUpdate",
      timeMs: Date.now(),
      runtime: { "Node Version": process.version, "Kindling Version": version() },
      sparkProperties: this.#options.conf,
      systemProperties: { "os.name": platform(), "os.version": release(), "user.name": this.user },
      files,
    });
  }

  /** The tracker knows at once, listeners hear of it later. */
  readonly post: PostEvent = (event: ListenerEvent): void => {
    this.status.apply(event);
    this.bus.post(event);
  };

  /** Calls the methods of an object with what happens from now on. */
  addListener(listener: SparkListener): void {
    const sink = sinkOf(listener);
    this.#sinks.set(listener, sink);
    this.bus.add(listener.constructor.name, sink);
  }

  removeListener(listener: SparkListener): void {
    const sink = this.#sinks.get(listener);
    if (sink) this.bus.remove(sink);
    this.#sinks.delete(listener);
  }

  /** Resolves when listeners have heard of the end, and the log is whole. */
  async stop(): Promise<void> {
    this.post({ kind: "applicationEnd", timeMs: Date.now() });
    await this.bus.stop();
    this.#log?.close();
  }

  /** Tells those who want to know more: `spark.log.level` INFO or finer. */
  info(message: string): void {
    if (talkative.has(this.logLevel)) this.#options.host.listen({ kind: "info", message });
  }

  warn(message: string): void {
    if (!silent.has(this.logLevel)) this.#options.host.listen({ kind: "warning", message });
  }
}
