import type { DeadLettersConfig, SweeperConfig, WorkerConfig } from "@bulkhead/config";
import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { consume, sendTo, useKey, writeObjects } from "../constructs/allow.ts";
import { newKey } from "../constructs/keys.ts";
import { connectEverywhere, databaseVariables, type Placements } from "../constructs/placements.ts";
import { ServiceFunction } from "../constructs/service-function.ts";
import type { ServiceStackProps } from "./service-stack.ts";

export interface JobsStackProps extends ServiceStackProps {
  readonly placements: Placements;
}

const timeout = Duration.seconds(30);

/** Background jobs. PostgreSQL holds the jobs and their order; the queues carry tokens. */
export class JobsStack extends Stack {
  readonly key: Key;
  readonly jobs: Queue;
  readonly sweeps: Queue;
  readonly dead: Queue;
  readonly sweeper: IFunction;

  constructor(scope: Construct, id: string, props: JobsStackProps) {
    super(scope, id, props);

    this.key = newKey(this, "Key", props.stage, "Messages in the queues");
    this.dead = this.addQueue("Dead", { retentionPeriod: Duration.days(14) });
    this.jobs = this.addQueue("Jobs", {
      deadLetterQueue: { queue: this.dead, maxReceiveCount: 5 },
    });
    // Without a dead-letter queue: the next sweep replaces a lost one.
    this.sweeps = this.addQueue("Sweeps", { retentionPeriod: Duration.hours(1) });

    this.addWorker(props);
    this.addDeadLetters(props);
    this.sweeper = this.addSweeper(props);
  }

  /** The variables of a function that enqueues jobs. */
  get queueUrls() {
    return { JOBS_QUEUE_URL: this.jobs.queueUrl, SWEEPS_QUEUE_URL: this.sweeps.queueUrl };
  }

  private addQueue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: this.key,
      enforceSSL: true,
      // AWS recommends six timeouts, so that a throttled batch is not delivered a second time.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      ...props,
    });
  }

  private addWorker(props: JobsStackProps): void {
    const { exports, exportsKey } = props.data;
    const worker = new ServiceFunction<WorkerConfig>(this, "Worker", {
      context: props,
      name: "worker",
      environment: {
        ...databaseVariables(this, props.placements, "bulkhead_worker"),
        ...this.queueUrls,
        EXPORTS_BUCKET: exports.bucketName,
      },
      statements: [
        connectEverywhere(this, props.placements, "bulkhead_worker"),
        consume(this.jobs),
        sendTo(this.jobs, this.sweeps),
        useKey(this.key, "sqs", ["Decrypt", "GenerateDataKey"]),
        writeObjects(exports, "exports/"),
        useKey(exportsKey, "s3", ["Decrypt", "GenerateDataKey"]),
      ],
      timeout,
      joinsNetwork: true,
      onErrors:
        "The batch returns to the queue. Find the request in the log; a job that keeps failing " +
        "becomes a dead letter after five attempts.",
    });
    worker.consumes(this.jobs, "Jobs", {
      // Small: a timeout costs every job of the batch one attempt.
      batch: 5,
      maximumConcurrency: props.stage.concurrency.worker,
    });
  }

  private addDeadLetters(props: JobsStackProps): void {
    const deadLetters = new ServiceFunction<DeadLettersConfig>(this, "DeadLetters", {
      context: props,
      name: "dead-letters",
      environment: {
        ...databaseVariables(this, props.placements, "bulkhead_dead_letters"),
        ...this.queueUrls,
      },
      statements: [
        connectEverywhere(this, props.placements, "bulkhead_dead_letters"),
        consume(this.dead),
        sendTo(this.jobs, this.sweeps),
        useKey(this.key, "sqs", ["Decrypt", "GenerateDataKey"]),
      ],
      timeout,
      joinsNetwork: true,
      onErrors: "Dead letters stay in their queue and hold their tenants' slots until it works.",
    });
    deadLetters.consumes(this.dead, "Dead", { batch: 5, maximumConcurrency: 2 });
  }

  private addSweeper(props: JobsStackProps): IFunction {
    const sweeper = new ServiceFunction<SweeperConfig>(this, "Sweeper", {
      context: props,
      name: "sweeper",
      environment: {
        ...databaseVariables(this, props.placements, "bulkhead_sweeper"),
        ...this.queueUrls,
      },
      statements: [
        connectEverywhere(this, props.placements, "bulkhead_sweeper"),
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
      description: "Sweeps once a day, in case every delayed message is lost",
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(sweeper.function)],
    });
    return sweeper.function;
  }
}
