import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { StartError } from "../shared/start-error.ts";
import { attributeReference, PLACEHOLDER } from "./references.ts";

/** Resolves names while a value of one stack is evaluated. */
export type EvaluationScope = {
  /** What is being evaluated, for error messages: `resource Jobs (stack App)`. */
  where: string;
  /** A parameter, a pseudo parameter or a resource. `undefined` is AWS::NoValue. */
  ref(name: string): JsonValue | undefined;
  attribute(logicalId: string, attribute: string): JsonValue;
  condition(name: string): boolean;
  /** CDK's weak cross-stack reference, `Fn::GetStackOutput`. */
  stackOutput(stack: string, output: string): JsonValue;
  exported(name: string): JsonValue;
};

/**
 * Evaluates the intrinsic functions of a template value. `undefined` is AWS::NoValue: the property or
 * list item does not exist.
 *
 * @throws StartError that names an intrinsic function that is not in the closed list.
 */
export function evaluate(value: JsonValue, scope: EvaluationScope): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  }
  if (!isObject(value)) return value;

  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && (name === "Ref" || name.startsWith("Fn::"))) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) {
      throw new StartError(`The local cloud does not support ${name}, which ${scope.where} uses.`);
    }
    return intrinsic(value[name] as JsonValue, scope);
  }

  const result: { [name: string]: JsonValue } = {};
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluate(item, scope);
    if (evaluated !== undefined) result[key] = evaluated;
  }
  return result;
}

type Intrinsic = (argument: JsonValue, scope: EvaluationScope) => JsonValue | undefined;

/**
 * The closed list of intrinsic functions.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(String(name)),

  "Fn::GetAtt": (argument, scope) => {
    const { logicalId, attribute } = attributeReference(argument);
    return scope.attribute(logicalId, attribute);
  },

  "Fn::Join": (argument, scope) => {
    const [delimiter, items] = list(argument, scope, "Fn::Join");
    return list(items, scope, "Fn::Join").map(text).join(text(delimiter));
  },

  "Fn::Split": (argument, scope) => {
    const [delimiter, whole] = list(argument, scope, "Fn::Split");
    return text(whole).split(text(delimiter));
  },

  "Fn::Select": (argument, scope) => {
    const [index, items] = list(argument, scope, "Fn::Select");
    const chosen = list(items, scope, "Fn::Select")[Number(index)];
    if (chosen === undefined) {
      throw new StartError(
        `Fn::Select in ${scope.where} asks for item ${index}, which is missing.`,
      );
    }
    return chosen;
  },

  "Fn::Sub": (argument, scope) => {
    const [template, given] = Array.isArray(argument) ? argument : [argument, {}];
    const own = isObject(given) ? given : {};
    const replaced = text(template).replace(PLACEHOLDER, (_, placeholder: string) =>
      text(substitute(placeholder.trim(), own, scope)),
    );
    return replaced.replaceAll("${!", "${"); // ${!Literal} stands for ${Literal}
  },

  "Fn::If": (argument, scope) => {
    if (!Array.isArray(argument)) throw malformed("Fn::If", scope);
    const [condition, yes, no] = argument;
    return evaluate((scope.condition(String(condition)) ? yes : no) ?? null, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [left, right] = list(argument, scope, "Fn::Equals");
    return text(left) === text(right);
  },
  "Fn::And": (argument, scope) => list(argument, scope, "Fn::And").every((it) => truth(it, scope)),
  "Fn::Or": (argument, scope) => list(argument, scope, "Fn::Or").some((it) => truth(it, scope)),
  "Fn::Not": (argument, scope) => !truth(list(argument, scope, "Fn::Not")[0], scope),

  "Fn::ImportValue": (argument, scope) => scope.exported(text(evaluate(argument, scope))),

  "Fn::GetStackOutput": (argument, scope) => {
    const named = evaluate(argument, scope);
    if (!isObject(named) || named.RoleArn) throw malformed("Fn::GetStackOutput", scope);
    return scope.stackOutput(text(named.StackName), text(named.OutputName));
  },
};

function substitute(name: string, own: JsonObject, scope: EvaluationScope): JsonValue | undefined {
  if (Object.hasOwn(own, name)) return evaluate(own[name] ?? null, scope);
  if (!name.includes(".")) return scope.ref(name);
  const { logicalId, attribute } = attributeReference(name);
  return scope.attribute(logicalId, attribute);
}

/** In Fn::And, Fn::Or and Fn::Not a condition is an expression or `{ "Condition": name }`. */
export function truth(value: JsonValue | undefined, scope: EvaluationScope): boolean {
  if (isObject(value) && typeof value.Condition === "string") {
    return scope.condition(value.Condition);
  }
  return value === true || value === "true";
}

function list(argument: JsonValue | undefined, scope: EvaluationScope, name: string): JsonValue[] {
  const evaluated = argument === undefined ? undefined : evaluate(argument, scope);
  if (!Array.isArray(evaluated)) throw malformed(name, scope);
  return evaluated;
}

function text(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const malformed = (name: string, scope: EvaluationScope) =>
  new StartError(`${name} in ${scope.where} has a form that the local cloud does not support.`);
