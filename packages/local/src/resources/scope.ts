import type { AssembledStack } from "../assembly/assembly.ts";
import type { JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { type EvaluationScope, evaluate, truth } from "../template/evaluate.ts";
import type { CreatedResource } from "../template/template.ts";

/** A stack that is being created, with its resources so far by logical id. */
export type OpenStack = AssembledStack & {
  id: string;
  region: string;
  account: string;
  created: Map<string, CreatedResource>;
};

/** Resolves the names in one resource or output of a stack. */
export function scopeOf(
  stack: OpenStack,
  stacks: readonly OpenStack[],
  where: string,
): EvaluationScope {
  const missing = (what: string) =>
    new StartError(`${where} refers to ${what}, which does not exist.`);

  const find = (logicalId: string): CreatedResource => {
    const found = stack.created.get(logicalId);
    if (!found) throw missing(logicalId);
    return found;
  };

  function output(of: OpenStack, name: string): JsonValue {
    const declared = of.template.Outputs?.[name];
    const within = `output ${name} (stack ${of.name})`;
    const value = declared && evaluate(declared.Value, scopeOf(of, stacks, within));
    if (value === undefined) throw missing(`the output ${name} of stack ${of.name}`);
    return value;
  }

  const scope: EvaluationScope = {
    where,
    ref(name) {
      if (name === "AWS::NoValue") return undefined;
      return pseudoParameter(stack, name) ?? parameter(stack, name, where) ?? find(name).ref;
    },
    attribute: (logicalId, attribute) => find(logicalId).attribute(attribute),
    condition(name) {
      const condition = stack.template.Conditions?.[name];
      if (condition === undefined) throw missing(`the condition ${name}`);
      return truth(evaluate(condition, scope), scope);
    },
    stackOutput(stackName, outputName) {
      const other = stacks.find(({ name }) => name === stackName);
      if (!other) throw missing(`the stack ${stackName}`);
      return output(other, outputName);
    },
    exported(exportName) {
      for (const other of stacks) {
        for (const [name, { Export }] of Object.entries(other.template.Outputs ?? {})) {
          const within = `export of ${name} (stack ${other.name})`;
          if (Export && evaluate(Export.Name, scopeOf(other, stacks, within)) === exportName) {
            return output(other, name);
          }
        }
      }
      throw missing(`the export ${exportName}`);
    },
  };
  return scope;
}

function pseudoParameter({ name, id, region, account }: OpenStack, parameterName: string) {
  const values: Record<string, JsonValue> = {
    "AWS::AccountId": account,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": region,
    "AWS::StackId": id,
    "AWS::StackName": name,
    "AWS::URLSuffix": "amazonaws.com",
  };
  return values[parameterName];
}

function parameter(
  { template, name }: OpenStack,
  parameterName: string,
  where: string,
): JsonValue | undefined {
  const declared = template.Parameters?.[parameterName];
  if (!declared) return undefined;
  if (declared.Type.startsWith("AWS::SSM::")) {
    throw new StartError(
      `${where} reads ${parameterName} from the Parameter Store, which the local cloud does not have.`,
    );
  }
  if (declared.Default === undefined) {
    throw new StartError(`The parameter ${parameterName} of stack ${name} has no default value.`);
  }
  const isList = declared.Type === "CommaDelimitedList" || declared.Type.startsWith("List<");
  return isList
    ? String(declared.Default)
        .split(",")
        .map((item) => item.trim())
    : declared.Default;
}
