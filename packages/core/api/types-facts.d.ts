/** What clients need to know about an action: plain data, so that it can be bundled without the schemas. */
export interface ActionFacts {
  /** On the wire. */
  name: string;
  /** Component of the OpenAPI document that is its request. */
  requestName: string;
  /** Scope of the token that may start it, and run it again. */
  scope: 'write' | 'delete';
  /** Method of the SDK's client. */
  method: string;
  /** Command of the command line, and part of the URL of its form in the dashboard. */
  command: string;
  /** In a list of tasks. */
  label: string;
  /** Of its form. */
  title: string;
  /** What it does with the index that its plan names. */
  verb: string;
  /** One or two sentences on what it does. */
  description: string;
  example: {
    summary: string;
    value: Readonly<Record<string, unknown>>;
  };
  /** It creates an index; a cancel removes that unless asked to keep it. */
  createsIndex: boolean;
  /** It removes sensitive documents, which its counts show. */
  removesSensitive: boolean;
  /** It writes documents: their rate can be limited, and those that fail can be tried again after it succeeded. */
  writesDocuments: boolean;
  /** Fields of its request beside `model` and `action`, in the order in which a form shows them. */
  fields: Readonly<Record<string, FieldFacts>>;
}
/** A field of a request, for the command line and for forms. */
export interface FieldFacts {
  /** Without the dashes. */
  option: string;
  /** Of the option: completes "--option <value>". */
  help: string;
  kind: FieldKind;
  /** The command line asks for it; a form can't be sent without it. */
  isRequired?: boolean;
}
/**
 * - `new suffix`: of an index that is created
 * - `suffix`: of an index that exists
 * - `alias`: of the model
 * - `count`: a whole number from 0
 * - `share`: above 0, at most 1
 * - `flag`: true, or absent
 * - a list: one of these texts
 */
export type FieldKind = 'new suffix' | 'suffix' | 'alias' | 'count' | 'share' | 'flag' | readonly string[];
/** All actions, by their wire names. */
export declare const actionFacts: {
  readonly REINDEX: {
    readonly name: "REINDEX";
    readonly requestName: "ReindexRequest";
    readonly scope: "write";
    readonly method: "reindex";
    readonly command: "reindex";
    readonly label: "Reindex";
    readonly title: "Build an index";
    readonly verb: "Build";
    readonly description: "Reads all rows of a model from the database into a new index, and verifies it. Nothing that is live changes.";
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
  };
  readonly CREATE_AND_POPULATE_FILTERED_INDEX: {
    readonly name: "CREATE_AND_POPULATE_FILTERED_INDEX";
    readonly requestName: "FilteredIndexRequest";
    readonly scope: "write";
    readonly method: "createFilteredIndex";
    readonly command: "filter";
    readonly label: "Filter";
    readonly title: "Make a filtered index";
    readonly verb: "Make";
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
      };
    };
  };
  readonly POINT_ALIAS: {
    readonly name: "POINT_ALIAS";
    readonly requestName: "PointAliasRequest";
    readonly scope: "write";
    readonly method: "pointAlias";
    readonly command: "promote";
    readonly label: "Promote";
    readonly title: "Promote an index";
    readonly verb: "Promote";
    readonly description: "Points an alias to an index in one step: searches go to it from then on.";
    readonly example: {
      readonly summary: "Let searches use it";
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
  };
  readonly DELETE_INDEX: {
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
    readonly fields: {
      readonly index_suffix: {
        readonly option: "suffix";
        readonly help: "of the index";
        readonly kind: "suffix";
        readonly isRequired: true;
      };
    };
  };
};
export type ActionName = keyof typeof actionFacts;
type AnyFacts = (typeof actionFacts)[ActionName];
export type ActionMethod = AnyFacts['method'];
export type ActionCommand = AnyFacts['command'];
/** An object has a name; its keys are in the order in which they were written. */
export declare const actionNames: [ActionName, ...ActionName[]];
/** @returns null for the action of a newer version */
export declare function findActionFacts(name: string): ActionFacts | null;
export {};
//# sourceMappingURL=types-facts.d.ts.map