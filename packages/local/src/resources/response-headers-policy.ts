import type { AddedHeader } from "../front/response-headers.ts";
import { isObject, type JsonObject, type JsonValue } from "../shared/json.ts";
import { created } from "./created.ts";
import { stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

const documentation = ignored("documentation only");

export const responseHeadersPolicy: EmulatedType = {
  type: "AWS::CloudFront::ResponseHeadersPolicy",
  properties: {
    ResponseHeadersPolicyConfig: {
      Name: documentation,
      Comment: documentation,
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

  create(context) {
    const { read, cloud } = context;
    const config = read.object("ResponseHeadersPolicyConfig");
    const id = stableId(context, 32);
    cloud.declared.responseHeaders.set(id, [
      ...securityHeaders(object(config.SecurityHeadersConfig)),
      ...customHeaders(object(config.CustomHeadersConfig)),
    ]);
    return created(context, id, { Id: id });
  },
};

const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

/** Name and value of each header that CloudFront knows by name. */
const SECURITY_HEADERS: Record<string, [name: string, write: (given: JsonObject) => string]> = {
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
  return Object.entries(SECURITY_HEADERS).flatMap(([property, [name, write]]) => {
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

const isTrue = (value: JsonValue | undefined) => String(value) === "true";
