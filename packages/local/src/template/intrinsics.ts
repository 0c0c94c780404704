import { StartError } from "../start-error.ts";
import { evaluate, type Scope } from "./evaluate.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { attributeReference, PLACEHOLDER } from "./references.ts";

type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

/**
 * The closed list of intrinsic functions.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const INTRINSICS: Record<string, Intrinsic> = {
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

function substitute(name: string, own: JsonObject, scope: Scope): Json | undefined {
  if (Object.hasOwn(own, name)) return evaluate(own[name] ?? null, scope);
  if (!name.includes(".")) return scope.ref(name);
  const { logicalId, attribute } = attributeReference(name);
  return scope.attribute(logicalId, attribute);
}

/** Inside Fn::And and its kin a condition is an expression or `{ "Condition": name }`. */
export function truth(value: Json | undefined, scope: Scope): boolean {
  if (isObject(value) && typeof value.Condition === "string") {
    return scope.condition(value.Condition);
  }
  return value === true || value === "true";
}

function list(argument: Json | undefined, scope: Scope, name: string): Json[] {
  const evaluated = argument === undefined ? undefined : evaluate(argument, scope);
  if (!Array.isArray(evaluated)) throw malformed(name, scope);
  return evaluated;
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const malformed = (name: string, scope: Scope) =>
  new StartError(`${name} in ${scope.where} has a form that the local cloud does not know.`);
