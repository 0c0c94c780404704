import { createHttpApi, type HttpApi, INTEGRATION_MILLISECONDS } from "../front/http-api.ts";
import { StartError } from "../shared/start-error.ts";
import { created } from "./created.ts";
import { stableId } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";
import { functionOf } from "./targets.ts";

const documentation = ignored("documentation only");

export const httpApi: EmulatedType = {
  type: "AWS::ApiGatewayV2::Api",
  properties: {
    ProtocolType: supported,
    Name: documentation,
    Description: documentation,
    DisableExecuteApiEndpoint: ignored("only the distribution reaches it"),
  },
  create(context) {
    const { read, stack, cloud } = context;
    read.only("ProtocolType", "HTTP");
    const api = createHttpApi({
      id: stableId(context, 10),
      region: stack.region,
      account: stack.account,
    });
    cloud.declared.apis.push(api);
    return created(context, api.id, { ApiId: api.id, ApiEndpoint: `https://${api.domainName}` });
  },
};

export const httpStage: EmulatedType = {
  type: "AWS::ApiGatewayV2::Stage",
  properties: {
    ApiId: supported,
    StageName: supported,
    AutoDeploy: ignored("only the newest deployment exists"),
    AccessLogSettings: ignored("the functions' log lines are shown instead"),
    DefaultRouteSettings: ignored("requests are not throttled"),
    Description: documentation,
  },
  create(context) {
    context.read.only("StageName", "$default"); // any other stage name would be part of every path
    apiOf(context);
    return created(context, "$default");
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
    Description: documentation,
  },
  create(context) {
    const { read, cloud } = context;
    read.only("IntegrationType", "AWS_PROXY");
    read.only("PayloadFormatVersion", "2.0");
    read.only("IntegrationMethod", "POST");
    apiOf(context);
    const id = stableId(context, 7);
    cloud.declared.integrations.set(id, {
      target: functionOf(context, read.text("IntegrationUri")),
      timeoutMilliseconds: read.number("TimeoutInMillis", INTEGRATION_MILLISECONDS),
    });
    return created(context, id, { IntegrationId: id });
  },
};

export const httpRoute: EmulatedType = {
  type: "AWS::ApiGatewayV2::Route",
  properties: {
    ApiId: supported,
    RouteKey: supported,
    Target: supported,
    AuthorizationType: supported,
    OperationName: documentation,
  },
  create(context) {
    const { read, cloud, where } = context;
    read.only("AuthorizationType", "NONE");
    const target = read.text("Target");
    const integration = cloud.declared.integrations.get(target.replace(/^integrations\//, ""));
    if (!integration)
      throw new StartError(`${where}: ${target} is not an integration of this cloud.`);
    apiOf(context).routes.push({ key: read.text("RouteKey"), target: integration });
    return created(context, stableId(context, 7));
  },
};

function apiOf({ read, cloud, where }: ResourceContext): HttpApi {
  const id = read.text("ApiId");
  const api = cloud.declared.apis.find((each) => each.id === id);
  if (!api) throw new StartError(`${where}: ${id} is not an HTTP API of this cloud.`);
  return api;
}
