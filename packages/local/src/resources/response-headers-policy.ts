import type { AddedHeader } from "../front/response-headers.ts";
import { isObject, type Json, type JsonObject } from "../template/json.ts";
import type { ActingType } from "./acting.ts";
import { made } from "./made.ts";
import { stableId } from "./naming.ts";
import { honoured, ignored } from "./properties.ts";

const people = ignored("it is for people");

export const responseHeadersPolicy: ActingType = {
  type: "AWS::CloudFront::ResponseHeadersPolicy",
  properties: {
    ResponseHeadersPolicyConfig: {
      Name: people,
      Comment: people,
      CustomHeadersConfig: { Items: { Header: honoured, Value: honoured, Override: honoured } },
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: honoured, Override: honoured },
        ContentTypeOptions: { Override: honoured },
        FrameOptions: { FrameOption: honoured, Override: honoured },
        ReferrerPolicy: { ReferrerPolicy: honoured, Override: honoured },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: honoured,
          IncludeSubdomains: honoured,
          Preload: honoured,
          Override: honoured,
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
