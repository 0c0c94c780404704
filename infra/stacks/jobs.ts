import type { DeadLettersConfig, SweeperConfig, WorkerConfig } from "@bulkhead/config";
import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { consume, sendTo, useKey, writeObjects } from "../constructs/allow.ts";
import type { House } from "../constructs/house.ts";
import { newKey } from "../constructs/keys.ts";
import { connectEverywhere, databaseVariables, type Placements } from "../constructs/placements.ts";
import { ServiceFunction } from "../constructs/service-function.ts";

export interface JobsStackProps extends House {
  readonly placements: Placements;
}

const timeout = Duration.seconds(30);

/** Work that may wait. Postgres holds the truth and the order; the queues carry tokens. */
export class JobsStack extends Stack {
  readonly key: Key;
  readonly jobs: Queue;
  readonly sweeps: Queue;
  readonly dead: Queue;
  readonly sweeper: IFunction;

  constructor(scope: Construct, id: string, house: JobsStackProps) {
    super(scope, id, house);

    this.key = newKey(this, "Key", house.stage, "Messages in the queues");
    this.dead = this.addQueue("Dead", { retentionPeriod: Duration.days(14) });
    this.jobs = this.addQueue("Jobs", {
      deadLetterQueue: { queue: this.dead, maxReceiveCount: 5 },
    });
    // Without a dead-letter queue: a lost sweep is made good by the next one.
    this.sweeps = this.addQueue("Sweeps", { retentionPeriod: Duration.hours(1) });

    this.addWorker(house);
    this.addDeadLetters(house);
    this.sweeper = this.addSweeper(house);
  }

  /** Where a function that may enqueue sends the tokens. */
  get queueUrls() {
    return { JOBS_QUEUE_URL: this.jobs.queueUrl, SWEEPS_QUEUE_URL: this.sweeps.queueUrl };
  }

  private addQueue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      // AWS's advice is six timeouts, so that a throttled batch is not handed out a second time.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      ...props,
    });
  }

  private addWorker(house: JobsStackProps): void {
    const { exports, exportsKey } = house.data;
    const worker = new ServiceFunction<WorkerConfig>(this, "Worker", {
      house,
      name: "worker",
      environment: {
        ...databaseVariables(this, house.placements, "bulkhead_worker"),
        ...this.queueUrls,
        EXPORTS_BUCKET: exports.bucketName,
      },
      statements: [
        connectEverywhere(this, house.placements, "bulkhead_worker"),
        consume(this.jobs),
        sendTo(this.jobs, this.sweeps),
        useKey(this.key, "sqs", ["Decrypt", "GenerateDataKey"]),
        writeObjects(exports, "exports/"),
        useKey(exportsKey, "s3", ["Decrypt", "GenerateDataKey"]),
      ],
      timeout,
      joinsNetwork: true,
      onErrors:
        "The batch goes back to the queue. Find the request in the log; a job that keeps failing " +
        "reaches the dead letters after five tries.",
    });
    worker.consumes(this.jobs, "Jobs", {
      // Small, so that one timeout does not cost ten tenants a try.
      batch: 5,
      maximumConcurrency: house.stage.concurrency.worker,
    });
  }

  private addDeadLetters(house: JobsStackProps): void {
    const deadLetters = new ServiceFunction<DeadLettersConfig>(this, "DeadLetters", {
      house,
      name: "dead-letters",
      environment: {
        ...databaseVariables(this, house.placements, "bulkhead_dead_letters"),
        ...this.queueUrls,
      },
      statements: [
        connectEverywhere(this, house.placements, "bulkhead_dead_letters"),
        consume(this.dead),
        sendTo(this.jobs, this.sweeps),
        useKey(this.key, "sqs", ["Decrypt", "GenerateDataKey"]),
      ],
      timeout,
      joinsNetwork: true,
      onErrors: "Dead letters stay in their queue and keep their tenants' slots until it works.",
    });
    deadLetters.consumes(this.dead, "Dead", { batch: 5, maximumConcurrency: 2 });
  }

  private addSweeper(house: JobsStackProps): IFunction {
    const sweeper = new ServiceFunction<SweeperConfig>(this, "Sweeper", {
      house,
      name: "sweeper",
      environment: {
        ...databaseVariables(this, house.placements, "bulkhead_sweeper"),
        ...this.queueUrls,
      },
      statements: [
        connectEverywhere(this, house.placements, "bulkhead_sweeper"),
        consume(this.sweeps),
        sendTo(this.jobs, this.sweeps),
        useKey(this.key, "sqs", ["Decrypt", "GenerateDataKey"]),
      ],
      timeout,
      joinsNetwork: true,
      onErrors: "Lost sends, expired leases and scheduled jobs wait until it works.",
    });
    sweeper.consumes(this.sweeps, "Sweeps", { batch: 10, maximumConcurrency: 2 });

    new Rule(this, "Daily", {
      description: "Sweeps once a day, should every delayed message have been lost",
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(sweeper.function)],
    });
    return sweeper.function;
  }
}
