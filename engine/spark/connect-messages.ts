/**
 * The messages of Spark Connect that this backend sends and reads, as protobufjs takes them: camelCase fields, a
 * `oneof` is the one member that is set, 64-bit integers travel as decimal text. Field names are Spark's.
 */

export type ConnectType =
  | { readonly boolean: object }
  | { readonly integer: object }
  | { readonly long: object }
  | { readonly double: object }
  | { readonly string: object }
  | { readonly binary: object }
  | { readonly struct: { readonly fields: readonly ConnectField[] } };

export interface ConnectField {
  readonly name: string;
  readonly dataType: ConnectType;
  readonly nullable: boolean;
}

export type ConnectLiteral =
  | { readonly null: ConnectType }
  | { readonly boolean: boolean }
  | { readonly integer: number }
  | { readonly long: string }
  | { readonly double: number }
  | { readonly string: string };

export interface PythonUdf {
  readonly outputType: ConnectType;
  readonly evalType: number;
  /** A pickled pair of function and return type. */
  readonly command: Uint8Array;
  readonly pythonVer: string;
}

export interface InlineFunction {
  readonly functionName: string;
  readonly deterministic: boolean;
  readonly arguments: readonly Expression[];
  readonly pythonUdf: PythonUdf;
}

/** Where in the program an expression was written; Spark gives it back with an error. */
export interface ExpressionOrigin {
  readonly common?: {
    readonly origin: { readonly pythonOrigin: { readonly fragment: string; readonly callSite: string } };
  };
}

export type Expression = ExpressionOrigin & ExpressionKind;

type ExpressionKind =
  | { readonly literal: ConnectLiteral }
  | { readonly unresolvedAttribute: { readonly unparsedIdentifier: string } }
  | { readonly unresolvedStar: object }
  | { readonly unresolvedFunction: { readonly functionName: string; readonly arguments: readonly Expression[] } }
  | { readonly alias: { readonly expr: Expression; readonly name: readonly string[] } }
  | { readonly cast: { readonly expr: Expression; readonly type: ConnectType } }
  | { readonly commonInlineUserDefinedFunction: InlineFunction }
  | { readonly directShufflePartitionId: { readonly child: Expression } };

export interface ConnectOrder {
  readonly child: Expression;
  /** 1 ascending, 2 descending. */
  readonly direction: 1 | 2;
  /** 1 nulls first, 2 nulls last. */
  readonly nullOrdering: 1 | 2;
}

export type Relation =
  | {
      readonly range: {
        readonly start: string;
        readonly end: string;
        readonly step: string;
        readonly numPartitions: number;
      };
    }
  | {
      readonly read: {
        readonly dataSource: {
          readonly format: string;
          readonly paths: readonly string[];
        };
      };
    }
  | { readonly cachedRemoteRelation: CachedRemoteRelation }
  | { readonly read: { readonly namedTable: { readonly unparsedIdentifier: string } } }
  | { readonly project: { readonly input: Relation; readonly expressions: readonly Expression[] } }
  | { readonly filter: { readonly input: Relation; readonly condition: Expression } }
  | {
      readonly aggregate: {
        readonly input: Relation;
        /** 1: GROUP BY. */
        readonly groupType: 1;
        readonly groupingExpressions: readonly Expression[];
        readonly aggregateExpressions: readonly Expression[];
      };
    }
  | { readonly sort: { readonly input: Relation; readonly order: readonly ConnectOrder[]; readonly isGlobal: boolean } }
  | { readonly limit: { readonly input: Relation; readonly limit: number } }
  | { readonly sql: { readonly query: string } }
  | { readonly localRelation: { readonly data: Uint8Array } | { readonly schema: string } }
  | { readonly subqueryAlias: { readonly input: Relation; readonly alias: string } }
  | { readonly withRelations: { readonly root: Relation; readonly references: readonly Relation[] } }
  | {
      readonly setOp: {
        readonly leftInput: Relation;
        readonly rightInput: Relation;
        /** 2: UNION. */
        readonly setOpType: 2;
        readonly isAll: true;
      };
    }
  | {
      readonly repartitionByExpression: {
        readonly input: Relation;
        readonly partitionExprs: readonly Expression[];
        readonly numPartitions: number;
      };
    }
  | {
      readonly mapPartitions: {
        readonly input: Relation;
        readonly func: InlineFunction;
      };
    };

/** A relation that was computed once and is kept on the executors. */
export interface CachedRemoteRelation {
  readonly relationId: string;
}

/** What a session does that is no query. */
export type Command =
  | {
      readonly checkpointCommand: {
        readonly relation: Relation;
        /** Kept by the executors, not written to files. */
        readonly local: boolean;
        readonly eager: boolean;
        readonly storageLevel?: ConnectStorageLevel;
      };
    }
  | { readonly removeCachedRemoteRelationCommand: { readonly relation: CachedRemoteRelation } }
  | {
      readonly writeOperation: {
        readonly input: Relation;
        readonly source: string;
        readonly path: string;
        /** 3: the path must not exist. */
        readonly mode: 3;
        readonly options: MapEntries;
      };
    };

export interface ConnectStorageLevel {
  readonly useDisk: boolean;
  readonly useMemory: boolean;
  readonly useOffHeap: boolean;
  readonly deserialized: boolean;
  readonly replication: number;
}

/** What is executed: a query, or a command. */
export type ConnectPlan = { readonly root: Relation } | { readonly command: Command };

/** Read side: what the server answers, as far as it is looked at. */
export interface ExecuteResponse {
  readonly arrowBatch?: { readonly data: Uint8Array } | null;
  readonly executionProgress?: { readonly stages?: readonly StageInfo[] } | null;
  readonly checkpointCommandResult?: { readonly relation: CachedRemoteRelation } | null;
}

/** Members left out are 0 or false. */
export interface StageInfo {
  readonly stageId?: string;
  readonly numTasks?: string;
  readonly numCompletedTasks?: string;
  readonly done?: boolean;
}

export interface AnalyzeResponse {
  readonly schema?: { readonly schema: ReceivedType } | null;
  readonly sparkVersion?: { readonly version: string } | null;
}

/** A type as received: one member named by its kind. */
export interface ReceivedType {
  readonly struct?: { readonly fields: readonly ReceivedField[] };
  readonly [kind: string]: unknown;
}

export interface ReceivedField {
  readonly name: string;
  readonly dataType: ReceivedType;
  /** Left out when false. */
  readonly nullable?: boolean;
}

export interface ArtifactsResponse {
  readonly artifacts?: readonly { readonly name: string; readonly isCrcSuccessful: boolean }[];
}

/** `google.rpc.Status`, in which a failed call carries its details. */
export interface StatusDetails {
  readonly details?: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

/** A map, as descriptors without its sugar give it. */
export type MapEntries = readonly { readonly key: string; readonly value: string }[];

export interface ErrorInfo {
  readonly metadata?: MapEntries;
}

/** The part of the program that an error comes from: a position in a SQL text, or the origin of an expression. */
export interface QueryContext {
  readonly startIndex?: number;
  readonly fragment?: string;
  readonly callSite?: string;
}

export interface ErrorDetails {
  readonly rootErrorIdx?: number | null;
  readonly errors?: readonly {
    readonly message?: string;
    readonly causeIdx?: number | null;
    readonly errorTypeHierarchy?: readonly string[];
    readonly sparkThrowable?: {
      readonly errorClass?: string;
      readonly messageParameters?: MapEntries;
      readonly queryContexts?: readonly QueryContext[];
      readonly sqlState?: string;
    } | null;
  }[];
}
