import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "../shared/start-error.ts";
import type { Template } from "../template/template.ts";

/** A stack of a cloud assembly. */
export type AssembledStack = {
  /** The stack's name, by which other stacks refer to its outputs. */
  name: string;
  /** `undefined` for a region-agnostic stack. */
  region: string | undefined;
  template: Template;
  /** Asset key (`HASH.zip`) → folder with the files. */
  assets: Map<string, string>;
};

type Artifact = {
  type: string;
  environment?: string;
  properties?: Record<string, string>;
  dependencies?: string[];
};

type AssetManifest = {
  files?: Record<
    string,
    {
      source: { path?: string; packaging?: string };
      destinations: Record<string, { objectKey: string }>;
    }
  >;
};

/**
 * Reads the stacks of a cloud assembly, each after the ones it depends on.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
 */
export function readAssembly(folder: string): AssembledStack[] {
  const { artifacts } = read<{ artifacts: Record<string, Artifact> }>(folder, "manifest.json");
  const nested = Object.entries(artifacts).find(([, it]) => it.type === "cdk:cloud-assembly");
  if (nested) {
    throw new StartError(
      `${nested[0]} is a nested assembly: the local cloud runs one stage at a time.`,
    );
  }
  return inOrder(artifacts)
    .filter(([, { type }]) => type === "aws:cloudformation:stack")
    .map(([id, artifact]) => stack(folder, id, artifact, artifacts));
}

function stack(
  folder: string,
  id: string,
  { environment, properties, dependencies }: Artifact,
  artifacts: Record<string, Artifact>,
): AssembledStack {
  const region = /^aws:\/\/[^/]*\/(.+)$/.exec(environment ?? "")?.[1];
  const manifests = (dependencies ?? []).filter(
    (dependency) => artifacts[dependency]?.type === "cdk:asset-manifest",
  );
  return {
    name: properties?.stackName ?? id,
    region: region === "unknown-region" ? undefined : region,
    template: read(folder, properties?.templateFile ?? `${id}.template.json`),
    assets: new Map(
      manifests.flatMap((name) => assets(folder, artifacts[name]?.properties?.file ?? "")),
    ),
  };
}

function assets(folder: string, file: string): [key: string, folder: string][] {
  const { files = {} } = read<AssetManifest>(folder, file);
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      path.resolve(folder, source.path ?? ""),
    ]),
  );
}

function inOrder(artifacts: Record<string, Artifact>): [string, Artifact][] {
  const ordered = new Map<string, Artifact>();
  const visit = (id: string) => {
    const artifact = artifacts[id];
    if (!artifact || ordered.has(id)) return;
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    ordered.set(id, artifact);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered];
}

function read<Content>(folder: string, file: string): Content {
  const at = path.join(folder, file);
  if (!existsSync(at)) throw new StartError(`The cloud assembly lacks ${at}: synthesize it again.`);
  return JSON.parse(readFileSync(at, "utf8"));
}
