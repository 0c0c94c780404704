import type { AddedHeader } from "../front/response-headers.ts";
import { isObject, type Json, type JsonObject } from "../shared/json.ts";
import { made } from "./created.ts";
import { stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

const people = ignored("it is for people");

export const responseHeadersPolicy: EmulatedType = {
  type: "AWS::CloudFront::ResponseHeadersPolicy",
  properties: {
    ResponseHeadersPolicyConfig: {
      Name: people,
      Comment: people,
      CustomHeadersConfig: { Items: { Header: supported, Value: supported, Override: supported } },
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: supported, Override: supported },
        ContentTypeOptions: { Override: supported },
        FrameOptions: { FrameOption: supported, Override: supported },
        ReferrerPolicy: { ReferrerPolicy: supported, Override: supported },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: supported,
          IncludeSubdomains: supported,
          Preload: supported,
          Override: supported,
        },
      },
    },
  },

  make(making) {
    const { read, cloud } = making;
    const config = read.object("ResponseHeadersPolicyConfig");
    const id = stableId(making, 32);
    cloud.declared.responseHeaders.set(id, [
      ...securityHeaders(object(config.SecurityHeadersConfig)),
      ...customHeaders(object(config.CustomHeadersConfig)),
    ]);
    return made(making, id, { Id: id });
  },
};

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** How CloudFront writes each of the headers that it knows by name. */
const WRITTEN: Record<string, [name: string, write: (given: JsonObject) => string]> = {
  ContentSecurityPolicy: [
    "content-security-policy",
    ({ ContentSecurityPolicy }) => String(ContentSecurityPolicy),
  ],
  ContentTypeOptions: ["x-content-type-options", () => "nosniff"],
  FrameOptions: ["x-frame-options", ({ FrameOption }) => String(FrameOption)],
  ReferrerPolicy: ["referrer-policy", ({ ReferrerPolicy }) => String(ReferrerPolicy)],
  StrictTransportSecurity: ["strict-transport-security", transportSecurity],
};

function securityHeaders(config: JsonObject): AddedHeader[] {
  return Object.entries(WRITTEN).flatMap(([property, [name, write]]) => {
    const given = config[property];
    return isObject(given) ? [{ name, value: write(given), override: isTrue(given.Override) }] : [];
  });
}

const customHeaders = ({ Items }: JsonObject): AddedHeader[] =>
  (Array.isArray(Items) ? Items.filter(isObject) : []).map(({ Header, Value, Override }) => ({
    name: String(Header).toLowerCase(),
    value: String(Value),
    override: isTrue(Override),
  }));

function transportSecurity(given: JsonObject): string {
  const parts = [`max-age=${given.AccessControlMaxAgeSec}`];
  if (isTrue(given.IncludeSubdomains)) parts.push("includeSubDomains");
  if (isTrue(given.Preload)) parts.push("preload");
  return parts.join("; ");
}

const isTrue = (value: Json | undefined) => String(value) === "true";
