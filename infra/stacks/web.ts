import type { SiteConfig } from "@bulkhead/config";
import { CustomResource, Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { publishTo } from "../constructs/allow.ts";
import { ServiceFunction } from "../constructs/service-function.ts";
import type { Site } from "../site/site.ts";
import type { EntryStack } from "./entry.ts";
import type { ServiceStackProps } from "./service-stack.ts";

export interface WebStackProps extends ServiceStackProps {
  readonly entry: EntryStack;
  readonly site: Site;
}

/** Publishes the console's files to the bucket of Entry. */
export class WebStack extends Stack {
  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    const { entry, site, stage } = props;

    const publisher = new ServiceFunction<SiteConfig>(this, "Publisher", {
      context: props,
      name: "site",
      environment: { SITE_BUCKET: entry.site.bucketName },
      statements: publishTo(entry.site),
      timeout: Duration.minutes(5),
      joinsNetwork: false,
      onErrors:
        "Its log names the file. The site still shows the last release, or new files with old " +
        "pages, which is harmless; deploy again.",
    });

    new CustomResource(this, "Site", {
      resourceType: "Custom::Site",
      serviceToken: publisher.function.functionArn,
      serviceTimeout: Duration.minutes(6),
      properties: {
        Digest: site.digest,
        // Whether a Delete empties the bucket. Where the stage is protected, the files stay.
        EmptiesBucket: !stage.protection,
      },
    });
  }
}
