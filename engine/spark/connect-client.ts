/**
 * A session with a Spark Connect server: gRPC calls by the descriptors that the real PySpark ships
 * (`connect-descriptors.binpb`).
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import {
  loadFileDescriptorSetFromBuffer,
  type MessageTypeDefinition,
  type PackageDefinition,
  type ServiceDefinition,
} from "@grpc/proto-loader";
import { EngineError } from "../errors.js";
import { type SparkFailure, toEngineError } from "./connect-errors.js";
import type {
  AnalyzeResponse,
  ArtifactsResponse,
  CachedRemoteRelation,
  Command,
  ConnectPlan,
  ConnectStorageLevel,
  ErrorDetails,
  ErrorInfo,
  ExecuteResponse,
  MapEntries,
  ReceivedType,
  Relation,
  StageInfo,
  StatusDetails,
} from "./connect-messages.js";
import { type ConnectAddress, parseMasterUrl } from "./master-url.js";

/** Calls that run no job answer within this time; listing the files of a large table is among them. */
const answerMs = 120_000;
const releaseMs = 5_000;
/** One message: a row of a result may hold a batch of some MiB, and Spark fills up to 4 MiB of rows. */
const messageLimitBytes = 256 * 1024 * 1024;
/** Spark takes artifacts in pieces of this size. */
const chunkBytes = 32 * 1024;
/** Servers refuse pings more often than every five minutes. */
const keepaliveMs = 310_000;

/** The columns of one answer: an Arrow IPC stream. */
export type ArrowStream = Uint8Array;

export interface ExecuteOptions {
  readonly signal: AbortSignal;
  readonly receive: (stream: ArrowStream) => void;
  /** Told every two seconds while Spark works. */
  readonly progress?: (stages: readonly StageInfo[]) => void;
}

interface Wire {
  readonly client: Client;
  readonly service: ServiceDefinition;
  readonly messages: PackageDefinition;
  readonly newMetadata: () => Metadata;
}

type Call = "AnalyzePlan" | "Config" | "Interrupt" | "ReleaseSession" | "FetchErrorDetails";

async function openWire(address: ConnectAddress): Promise<Wire> {
  const descriptors = await readFile(new URL("connect-descriptors.binpb", import.meta.url));
  const messages = loadFileDescriptorSetFromBuffer(descriptors, { longs: String });
  const channel = address.secure ? credentials.createSsl() : credentials.createInsecure();
  const client = new Client(address.target, channel, {
    "grpc.max_receive_message_length": messageLimitBytes,
    "grpc.max_send_message_length": messageLimitBytes,
    "grpc.keepalive_time_ms": keepaliveMs,
  });
  const newMetadata = (): Metadata => {
    const metadata = new Metadata();
    if (address.token !== null) metadata.set("authorization", `Bearer ${address.token}`);
    return metadata;
  };
  return { client, service: messages["spark.connect.SparkConnectService"] as ServiceDefinition, messages, newMetadata };
}

const decode = <T>(wire: Wire, message: string, bytes: Uint8Array): T =>
  (wire.messages[message] as unknown as MessageTypeDefinition<T, T>).deserialize(Buffer.from(bytes));

export class ConnectSession {
  readonly #master: string;
  readonly #address: ConnectAddress;
  readonly #id: string = randomUUID();
  #wire: Promise<Wire> | null = null;
  /** Some call succeeded: the server has a session to release. */
  #known = false;

  constructor(master: string) {
    this.#master = master;
    this.#address = parseMasterUrl(master);
  }

  #open(): Promise<Wire> {
    this.#wire ??= openWire(this.#address);
    return this.#wire;
  }

  #identity(): object {
    return { sessionId: this.#id, userContext: { userId: this.#address.userId }, clientType: "kindling" };
  }

  async #call<T>(name: Call, request: object, limitMs: number = answerMs): Promise<T> {
    const wire = await this.#open();
    const method = wire.service[name] as NonNullable<ServiceDefinition[string]>;
    const outcome = await new Promise<ServiceError | { readonly answer: T }>((resolve) => {
      wire.client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        { ...this.#identity(), ...request },
        wire.newMetadata(),
        { deadline: Date.now() + limitMs },
        (error, answer) => resolve(error ?? { answer: answer as T }),
      );
    });
    if ("answer" in outcome) {
      this.#known = true;
      return outcome.answer;
    }
    throw await this.#toError(wire, outcome, limitMs);
  }

  async #toError(wire: Wire, error: ServiceError, limitMs: number | null): Promise<EngineError> {
    if (error.code === status.DEADLINE_EXCEEDED) {
      return new EngineError("SPARK_UNAVAILABLE", { master: this.#master, reason: `no answer within ${limitMs} ms` });
    }
    const info = errorInfo(wire, error);
    if (error.code === status.UNAVAILABLE && info === null) {
      const reason = /Last error: (.*?)(?:\. Resolution note.*)?$/s.exec(error.details)?.[1] ?? error.details;
      return new EngineError("SPARK_UNAVAILABLE", { master: this.#master, reason: reason.trim() });
    }
    const metadata = toRecord(info?.metadata);
    const failure: SparkFailure = {
      condition: metadata["errorClass"] ?? null,
      message: error.details,
      params: {},
      contexts: [],
    };
    const errorId = metadata["errorId"];
    if (errorId === undefined) return toEngineError([failure]);
    const details = await this.#call<ErrorDetails>("FetchErrorDetails", { errorId }).catch(() => null);
    const chain = causes(details);
    return toEngineError(chain.length === 0 ? [failure] : chain);
  }

  /** The version of Spark; the first call, which tells whether the server is there. */
  async sparkVersion(limitMs: number): Promise<string> {
    const answer = await this.#call<AnalyzeResponse>("AnalyzePlan", { sparkVersion: {} }, limitMs);
    return answer.sparkVersion?.version ?? "";
  }

  async schema(root: Relation): Promise<ReceivedType> {
    const answer = await this.#call<AnalyzeResponse>("AnalyzePlan", { schema: { plan: { root } } });
    return answer.schema?.schema ?? {};
  }

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
    await this.#call("Config", { operation: { set: { pairs } } });
  }

  /** Puts a file where the session's Python workers find it, under Spark's own naming (`archives/…`, `files/…`). */
  async addArtifact(name: string, bytes: Uint8Array): Promise<void> {
    const wire = await this.#open();
    const method = wire.service["AddArtifacts"] as NonNullable<ServiceDefinition[string]>;
    const answer = await new Promise<ServiceError | ArtifactsResponse>((resolve) => {
      const call = wire.client.makeClientStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        wire.newMetadata(),
        { deadline: Date.now() + answerMs },
        (error, received) => resolve(error ?? (received as ArtifactsResponse)),
      );
      for (const payload of artifactMessages(name, bytes)) call.write({ ...this.#identity(), ...payload });
      call.end();
    });
    if (answer instanceof Error) throw await this.#toError(wire, answer, answerMs);
    if (!answer.artifacts?.every(({ isCrcSuccessful }) => isCrcSuccessful)) {
      throw new EngineError("SPARK_UNAVAILABLE", { master: this.#master, reason: `${name} arrived damaged` });
    }
  }

  /** Computes a relation once; the server keeps it until `forget`, or until the session ends. */
  async keep(
    relation: Relation,
    storageLevel: ConnectStorageLevel | null,
    options: Omit<ExecuteOptions, "receive">,
  ): Promise<CachedRemoteRelation> {
    let kept: CachedRemoteRelation | null = null;
    const checkpointCommand = { relation, local: true, eager: true, ...(storageLevel && { storageLevel }) };
    await this.#execute({ command: { checkpointCommand } }, options, ({ checkpointCommandResult: result }) => {
      if (result) kept = result.relation;
    });
    if (kept === null) throw new EngineError("SPARK_FAILED", { reason: "it kept nothing of what was to be kept" });
    return kept;
  }

  async forget(relation: CachedRemoteRelation): Promise<void> {
    const command = { removeCachedRemoteRelationCommand: { relation } };
    await this.#execute({ command }, { signal: new AbortController().signal }, () => {});
  }

  /** Runs a command that gives nothing back. */
  command(command: Command, options: Omit<ExecuteOptions, "receive">): Promise<void> {
    return this.#execute({ command }, options, () => {});
  }

  /** Runs a relation; `receive` gets its rows in order, as Arrow streams. Aborting interrupts it on the server. */
  execute(root: Relation, { receive, ...options }: ExecuteOptions): Promise<void> {
    return this.#execute({ root }, options, ({ arrowBatch }) => {
      if (arrowBatch) receive(arrowBatch.data);
    });
  }

  async #execute(
    plan: ConnectPlan,
    { signal, progress }: Omit<ExecuteOptions, "receive">,
    receive: (response: ExecuteResponse) => void,
  ): Promise<void> {
    if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
    const wire = await this.#open();
    const operationId = randomUUID();
    const request = { ...this.#identity(), operationId, plan };
    const method = wire.service["ExecutePlan"] as NonNullable<ServiceDefinition[string]>;
    const stream = wire.client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      wire.newMetadata(),
    ) as ClientReadableStream<ExecuteResponse>;
    const abort = (): void => {
      this.#call("Interrupt", { interruptType: 3, operationId }, releaseMs)
        .catch(() => {})
        .finally(() => stream.cancel());
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      for await (const response of stream as AsyncIterable<ExecuteResponse>) {
        const { executionProgress } = response;
        receive(response);
        if (executionProgress) progress?.(executionProgress.stages ?? []);
      }
    } catch (error) {
      if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" }, { cause: error });
      throw isServiceError(error) ? await this.#toError(wire, error, null) : error;
    } finally {
      signal.removeEventListener("abort", abort);
      stream.cancel();
    }
    if (signal.aborted) throw new EngineError("JOB_CANCELLED", { reason: "by its caller" });
  }

  /** Ends the session on the server, with all that it keeps, and the connection. Never rejects. */
  async release(): Promise<void> {
    if (this.#wire === null) return;
    const wire = await this.#wire.catch(() => null);
    if (this.#known) await this.#call("ReleaseSession", {}, releaseMs).catch(() => {});
    wire?.client.close();
  }
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && typeof (error as Partial<ServiceError>).code === "number" && "details" in error;

const toRecord = (entries: MapEntries = []): Readonly<Record<string, string>> =>
  Object.fromEntries(entries.map(({ key, value }) => [key, value]));

function errorInfo(wire: Wire, error: ServiceError): ErrorInfo | null {
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(trailer instanceof Uint8Array)) return null;
  const details = decode<StatusDetails>(wire, "google.rpc.Status", trailer).details ?? [];
  const found = details.find(({ typeUrl }) => typeUrl.endsWith("google.rpc.ErrorInfo"));
  return found ? decode<ErrorInfo>(wire, "google.rpc.ErrorInfo", found.value) : null;
}

/** The chain of causes, outermost first. */
function causes(details: ErrorDetails | null): SparkFailure[] {
  const chain: SparkFailure[] = [];
  const errors = details?.errors ?? [];
  let index = details?.rootErrorIdx ?? null;
  while (index !== null && chain.length < errors.length) {
    const error: (typeof errors)[number] | undefined = errors[index];
    if (!error) break;
    chain.push({
      condition: error.sparkThrowable?.errorClass ?? null,
      message: error.message ?? "",
      params: toRecord(error.sparkThrowable?.messageParameters),
      contexts: error.sparkThrowable?.queryContexts ?? [],
    });
    index = error.causeIdx ?? null;
  }
  return chain;
}

function* artifactMessages(name: string, bytes: Uint8Array): Iterable<object> {
  const chunks = Array.from({ length: Math.max(1, Math.ceil(bytes.length / chunkBytes)) }, (_, index) => {
    const data = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    return { data, crc: String(crc32(data)) };
  });
  const [initialChunk, ...others] = chunks;
  if (others.length === 0) {
    yield { batch: { artifacts: [{ name, data: initialChunk }] } };
    return;
  }
  yield { beginChunk: { name, totalBytes: String(bytes.length), numChunks: String(chunks.length), initialChunk } };
  for (const chunk of others) yield { chunk };
}
