/** Facts about an action for clients and the task store: plain data, so that it can be bundled without the schemas. */
export interface ActionFacts {
  /** Wire name. */
  name: string;
  /** Component of the OpenAPI document that describes its request. */
  requestName: string;
  /** Token scope required to start it and to run it again. */
  scope: 'write' | 'delete';
  /** Method of the SDK client: see ActionMethods. */
  method: string;
  /** Command of the command line, and URL part of its form in the dashboard. */
  command: string;
  /** Label in a list of tasks. */
  label: string;
  /** Title of its form. */
  title: string;
  /** Verb for its effect on the index that its plan names. */
  verb: string;
  /** One or two sentences on its effect. */
  description: string;
  example: {
    summary: string;
    value: Readonly<Record<string, unknown>>;
  };
  /** It creates an index; a cancel removes the index unless it should be kept. */
  createsIndex: boolean;
  /** It removes sensitive documents and counts them. */
  removesSensitive: boolean;
  /** It writes documents: their rate can be limited, and failed ones can be retried after it succeeded. */
  writesDocuments: boolean;
  /** Its phases in their usual order, each with its role. */
  phases: Readonly<Record<string, PhaseRole>>;
  /**
   * Fields of its request other than `model` and `action`, in the order of a form. A comment on a field is also that of
   * the request's type.
   */
  fields: Readonly<Record<string, FieldFacts>>;
}
/**
 * What a phase means for the task:
 * - `first`: the phase of a new task, and of one that is retried. It has no items.
 * - `load`: reads the rows of the task: its duration gives the task's rate.
 * - `work`: nothing special; it follows from the action's own work.
 * - `finish`: everything is written: the task is at 99 % from here to its end.
 * - `redrive`: writes failed documents again, also after the task succeeded.
 */
export type PhaseRole = 'first' | 'load' | 'work' | 'finish' | 'redrive';
/** A field of a request: for its schema and type (requests.ts), the command line, and forms. */
export interface FieldFacts {
  /** Option name without the dashes. */
  option: string;
  /** Help text of the option: completes "--option <value>". */
  help: string;
  kind: FieldKind;
  /** The request requires it, and no client fills it in. */
  isRequired?: boolean;
  /** Of a `suffix`: the index must not be a filtered one. */
  isUnfiltered?: boolean;
  /** Of a `count`. */
  maximum?: number;
}
/**
 * Kinds of fields:
 * - `new suffix`: of an index that is created
 * - `suffix`: of an existing index
 * - `copy suffix`: of a filtered copy of that index
 * - `alias`: of the model
 * - `count`: a whole number from 0
 * - `share`: above 0, at most 1
 * - `flag`: true, or absent
 * - a list: one of these texts
 */
export type FieldKind = 'new suffix' | 'suffix' | 'copy suffix' | 'alias' | 'count' | 'share' | 'flag' | readonly string[];
declare const allFacts: readonly [{
  readonly name: "REINDEX";
  readonly requestName: "ReindexRequest";
  readonly scope: "write";
  readonly method: "reindex";
  readonly command: "reindex";
  readonly label: "Reindex";
  readonly title: "Build an index";
  readonly verb: "Build";
  readonly description: "Reads all rows of a model from the database into a new index and verifies it. Aliases are not changed.";
  readonly example: {
    readonly summary: "Build an index from the database";
    readonly value: {
      readonly model: "image";
      readonly action: "REINDEX";
      readonly index_suffix: "20231106";
    };
  };
  readonly createsIndex: true;
  readonly removesSensitive: false;
  readonly writesDocuments: true;
  readonly phases: {
    readonly planning: "first";
    readonly loading: "load";
    readonly catching_up: "finish";
    readonly verifying: "finish";
    readonly mending: "finish";
    readonly redriving: "redrive";
    readonly restoring: "finish";
  };
  readonly fields: {
    readonly index_suffix: {
      readonly option: "suffix";
      readonly help: "of the index to build; by default the server generates one";
      readonly kind: "new suffix";
    };
    readonly max_failed: {
      readonly option: "max-failed";
      readonly help: "documents that OpenSearch may refuse before the task fails";
      readonly kind: "count";
      readonly maximum: 10000;
    };
    readonly verify: {
      readonly option: "verify";
      readonly help: "how the index is compared with the table: ids (default) or documents";
      readonly kind: readonly ["ids", "documents"];
    };
    readonly verify_sample: {
      readonly option: "verify-sample";
      readonly help: "share of the documents to compare field by field, such as 0.01 (implies --verify documents)";
      readonly kind: "share";
    };
  };
}, {
  readonly name: "CREATE_AND_POPULATE_FILTERED_INDEX";
  readonly requestName: "FilteredIndexRequest";
  readonly scope: "write";
  readonly method: "createFilteredIndex";
  readonly command: "filter";
  readonly label: "Filter";
  readonly title: "Create a filtered index";
  readonly verb: "Create";
  readonly description: "Copies a verified index and removes the documents that contain sensitive terms.";
  readonly example: {
    readonly summary: "Build the filtered index from it";
    readonly value: {
      readonly model: "image";
      readonly action: "CREATE_AND_POPULATE_FILTERED_INDEX";
      readonly destination_index_suffix: "20231106";
    };
  };
  readonly createsIndex: true;
  readonly removesSensitive: true;
  readonly writesDocuments: false;
  readonly phases: {
    readonly planning: "first";
    readonly cloning: "work";
    readonly copying: "work";
    readonly deleting_sensitive: "work";
    readonly expunging: "finish";
    readonly verifying: "finish";
    readonly restoring: "finish";
  };
  readonly fields: {
    readonly destination_index_suffix: {
      readonly option: "suffix";
      readonly help: "of the filtered index, without \"-filtered\"";
      readonly kind: "new suffix";
      readonly isRequired: true;
    };
    readonly origin_index_suffix: {
      readonly option: "from";
      readonly help: "of the index to filter, if it is a different one";
      readonly kind: "suffix";
      readonly isUnfiltered: true;
    };
  };
}, {
  readonly name: "POINT_ALIAS";
  readonly requestName: "PointAliasRequest";
  readonly scope: "write";
  readonly method: "pointAlias";
  readonly command: "promote";
  readonly label: "Promote";
  readonly title: "Promote an index";
  readonly verb: "Promote";
  readonly description: "Points an alias to an index atomically: searches use the index from then on.";
  readonly example: {
    readonly summary: "Make searches use it";
    readonly value: {
      readonly model: "image";
      readonly action: "POINT_ALIAS";
      readonly index_suffix: "20231106";
      readonly alias: "image";
    };
  };
  readonly createsIndex: false;
  readonly removesSensitive: false;
  readonly writesDocuments: false;
  readonly phases: {
    readonly planning: "first";
    readonly promoting: "work";
  };
  readonly fields: {
    readonly index_suffix: {
      readonly option: "suffix";
      readonly help: "of the index";
      readonly kind: "suffix";
      readonly isRequired: true;
    };
    readonly alias: {
      readonly option: "alias";
      readonly help: "<model> or <model>-filtered (default: <model>)";
      readonly kind: "alias";
    };
    readonly with_filtered: {
      readonly option: "with-filtered";
      readonly help: "move <model>-filtered to the filtered copy of the index in the same step";
      readonly kind: "flag";
    };
    readonly filtered_index_suffix: {
      readonly option: "filtered-suffix";
      readonly help: "of that copy (default: the newest one that was filtered from the index)";
      readonly kind: "copy suffix";
    };
    readonly allow_unfiltered: {
      readonly option: "allow-unfiltered";
      readonly help: "let the filtered alias point to an index with all documents";
      readonly kind: "flag";
    };
    readonly allow_unverified: {
      readonly option: "allow-unverified";
      readonly help: "accept an index that this server did not verify";
      readonly kind: "flag";
    };
    readonly allow_shrink: {
      readonly option: "allow-shrink";
      readonly help: "accept an index that has far fewer documents than the live one";
      readonly kind: "flag";
    };
    readonly allow_changed: {
      readonly option: "allow-changed";
      readonly help: "accept an index that has changed since it was verified";
      readonly kind: "flag";
    };
  };
}, {
  readonly name: "DELETE_INDEX";
  readonly requestName: "DeleteIndexRequest";
  readonly scope: "delete";
  readonly method: "deleteIndex";
  readonly command: "delete";
  readonly label: "Delete";
  readonly title: "Delete an index";
  readonly verb: "Delete";
  readonly description: "Removes an index and its documents permanently. An index that an alias points to is not deleted.";
  readonly example: {
    readonly summary: "Delete an index that is no longer used";
    readonly value: {
      readonly model: "image";
      readonly action: "DELETE_INDEX";
      readonly index_suffix: "20231001";
    };
  };
  readonly createsIndex: false;
  readonly removesSensitive: false;
  readonly writesDocuments: false;
  readonly phases: {
    readonly planning: "first";
    readonly deleting: "work";
  };
  readonly fields: {
    readonly index_suffix: {
      readonly option: "suffix";
      readonly help: "of the index";
      readonly kind: "suffix";
      readonly isRequired: true;
    };
  };
}];
type AnyFacts = (typeof allFacts)[number];
export type ActionName = AnyFacts['name'];
export type ActionCommand = AnyFacts['command'];
/** The methods of the SDK, each with its action. */
export type ActionMethods = { [Facts in AnyFacts as Facts['method']]: Facts['name']; };
/** All actions, by their wire names. */
export declare const actionFacts: { readonly [Facts in AnyFacts as Facts["name"]]: Facts; };
export declare const actionNames: [ActionName, ...ActionName[]];
/** @returns null for an unknown action, such as one of a newer version */
export declare function findActionFacts(name: string): ActionFacts | null;
/** The phases of an action. */
export type PhaseOf<Name extends ActionName> = keyof (typeof actionFacts)[Name]['phases'];
export type Phase = { [Name in ActionName]: PhaseOf<Name>; }[ActionName] | 'cancelling' | 'done';
/** The phases of all actions. Each action goes through some of them, in an order of its own. */
export declare const phases: [Phase, ...Phase[]];
/** @returns null also for an action that is unknown, such as one of a newer version */
export declare function findPhaseRole(action: string, phase: Phase): PhaseRole | null;
/** Phases that a task enters or leaves in a special way. */
export interface ActionPhases {
  first: Phase;
  /** Null: no rate is known. */
  load: Phase | null;
  /** Null: failed documents can't be written again. */
  redrive: Phase | null;
}
/** The special phases of an action, by its wire name. For an unknown action: it begins with `planning`. */
export declare function findActionPhases(action: string): ActionPhases;
export {};
//# sourceMappingURL=types-facts.d.ts.map