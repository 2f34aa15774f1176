type ActionName = "REINDEX" | "CREATE_AND_POPULATE_FILTERED_INDEX" | "POINT_ALIAS" | "DELETE_INDEX";
/** Facts about an action for clients and the task store: plain data, so that it can be bundled without the schemas. */
type ActionFacts = {
  /** Wire name. */
  name: string;
  /** Component of the OpenAPI document that describes its request. */
  requestName: string;
  /** Token scope required to start it and to run it again. */
  scope: "write" | "delete";
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
    value: {
      [key: string]: unknown;
    };
  };
  /** It creates an index; a cancel removes the index unless it should be kept. */
  createsIndex: boolean;
  /** It removes sensitive documents and counts them. */
  removesSensitive: boolean;
  /** It writes documents: their rate can be limited, and failed ones can be retried after it succeeded. */
  writesDocuments: boolean;
  /** Its phases in their usual order, each with its role. */
  phases: {
    [key: string]: "first" | "load" | "work" | "finish" | "redrive";
  };
  /** Fields of its request other than `model` and `action`, in the order of a form. A comment on a field is also that of the request's type. */
  fields: {
    [key: string]: {
      /** Option name without the dashes. */
      option: string;
      /** Help text of the option: completes "--option <value>". */
      help: string;
      kind: "alias" | "suffix" | "new suffix" | "copy suffix" | "count" | "share" | "flag" | (string)[];
      /** The request requires it, and no client fills it in. */
      isRequired?: boolean | undefined;
      /** Of a `suffix`: the index must not be a filtered one. */
      isUnfiltered?: boolean | undefined;
      /** Of a `count`. */
      maximum?: number | undefined;
    };
  };
};
/** A field of a request: for its schema and type (requests.ts), the command line, and forms. */
type FieldFacts = {
  /** Option name without the dashes. */
  option: string;
  /** Help text of the option: completes "--option <value>". */
  help: string;
  kind: "alias" | "suffix" | "new suffix" | "copy suffix" | "count" | "share" | "flag" | (string)[];
  /** The request requires it, and no client fills it in. */
  isRequired?: boolean | undefined;
  /** Of a `suffix`: the index must not be a filtered one. */
  isUnfiltered?: boolean | undefined;
  /** Of a `count`. */
  maximum?: number | undefined;
};
/** Kinds of fields: - `new suffix`: of an index that is created - `suffix`: of an existing index - `copy suffix`: of a filtered copy of that index - `alias`: of the model - `count`: a whole number from 0 - `share`: above 0, at most 1 - `flag`: true, or absent - a list: one of these texts */
type FieldKind = "alias" | "suffix" | "new suffix" | "copy suffix" | "count" | "share" | "flag" | (string)[];
/** What a phase means for the task: - `first`: the phase of a new task, and of one that is retried. It has no items. - `load`: reads the rows of the task: its duration gives the task's rate. - `work`: nothing special; it follows from the action's own work. - `finish`: everything is written: the task is at 99 % from here to its end. - `redrive`: writes failed documents again, also after the task succeeded. */
type PhaseRole = "first" | "load" | "work" | "finish" | "redrive";
/**
 * Entry `@ingestion-server/sdk/actions`: plain data about the actions, for programs that list them or build forms for
 * their requests, such as the command line. Separate from the client, which does not need it.
 *
 * @example
 * import { actionFacts } from '@ingestion-server/sdk/actions'
 * for (const { label, description } of Object.values(actionFacts)) console.log(label, description)
 */
export declare const actionFacts: Readonly<Record<ActionName, ActionFacts>>;
/** The wire names of the actions. */
export declare const actionNames: readonly ActionName[];
export type { ActionFacts, ActionName, FieldFacts, FieldKind, PhaseRole };
//# sourceMappingURL=actions.d.ts.map