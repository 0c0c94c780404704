import { createHttpApi, type HttpApi, INTEGRATION_MILLISECONDS } from "../front/http-api.ts";
import { StartError } from "../shared/start-error.ts";
import { made } from "./created.ts";
import { stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

const people = ignored("it is for people");

export const httpApi: EmulatedType = {
  type: "AWS::ApiGatewayV2::Api",
  properties: {
    ProtocolType: supported,
    Name: people,
    Description: people,
    DisableExecuteApiEndpoint: ignored("only the distribution reaches it"),
  },
  make(making) {
    const { read, stack, cloud } = making;
    read.only("ProtocolType", "HTTP");
    const api = createHttpApi({
      id: stableId(making, 10),
      region: stack.region,
      account: stack.account,
    });
    cloud.declared.apis.push(api);
    return made(making, api.id, { ApiId: api.id, ApiEndpoint: `https://${api.domainName}` });
  },
};

export const httpStage: EmulatedType = {
  type: "AWS::ApiGatewayV2::Stage",
  properties: {
    ApiId: supported,
    StageName: supported,
    AutoDeploy: ignored("there is only the newest"),
    AccessLogSettings: ignored("the functions' own lines are printed"),
    DefaultRouteSettings: ignored("a laptop is not throttled"),
    Description: people,
  },
  make(making) {
    making.read.only("StageName", "$default"); // another one would appear in every path
    apiOf(making);
    return made(making, "$default");
  },
};

export const httpIntegration: EmulatedType = {
  type: "AWS::ApiGatewayV2::Integration",
  properties: {
    ApiId: supported,
    IntegrationType: supported,
    IntegrationUri: supported,
    PayloadFormatVersion: supported,
    IntegrationMethod: supported,
    TimeoutInMillis: supported,
    Description: people,
  },
  make(making) {
    const { read, cloud } = making;
    read.only("IntegrationType", "AWS_PROXY");
    read.only("PayloadFormatVersion", "2.0");
    read.only("IntegrationMethod", "POST");
    apiOf(making);
    const id = stableId(making, 7);
    cloud.declared.integrations.set(id, {
      target: functionOf(making, read.text("IntegrationUri")),
      timeoutMilliseconds: read.number("TimeoutInMillis", INTEGRATION_MILLISECONDS),
    });
    return made(making, id, { IntegrationId: id });
  },
};

export const httpRoute: EmulatedType = {
  type: "AWS::ApiGatewayV2::Route",
  properties: {
    ApiId: supported,
    RouteKey: supported,
    Target: supported,
    AuthorizationType: supported,
    OperationName: people,
  },
  make(making) {
    const { read, cloud, where } = making;
    read.only("AuthorizationType", "NONE");
    const target = read.text("Target");
    const integration = cloud.declared.integrations.get(target.replace(/^integrations\//, ""));
    if (!integration) throw new StartError(`${where}: ${target} is no integration of this cloud.`);
    apiOf(making).routes.push({ key: read.text("RouteKey"), target: integration });
    return made(making, stableId(making, 7));
  },
};

function apiOf({ read, cloud, where }: ResourceContext): HttpApi {
  const id = read.text("ApiId");
  const api = cloud.declared.apis.find((each) => each.id === id);
  if (!api) throw new StartError(`${where}: ${id} is no HTTP API of this cloud.`);
  return api;
}
