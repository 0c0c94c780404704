import { type Acknowledgement, forRules, HIPAA, inPacks, NIST, PCI } from "../acknowledgement.ts";

export const NETWORK: readonly Acknowledgement[] = [
  ...forRules(inPacks([NIST, HIPAA, PCI], "VPCDefaultSecurityGroupClosed"), {
    on: ["Network/Vpc"],
    reason:
      "CloudFormation can't empty the default group, so the rule finds it in every VPC. No resource uses " +
      "the group: the functions and the databases have groups of their own.",
    owner: "security",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "VPCNoUnrestrictedRouteToIGW"), {
    on: ["Network/Vpc/PublicSubnet1", "Network/Vpc/PublicSubnet2"],
    reason: "The public subnets contain only the NAT, which needs the route to the internet.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "EC2InstanceNoPublicIp"), {
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason: "A NAT instance needs a public address. It accepts HTTPS from the functions only.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  ...forRules(inPacks([NIST, HIPAA, PCI], "EC2InstancesInVPC"), {
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason:
      "It is in the VPC: its network interface names the subnet, which the rule does not read.",
    owner: "platform",
    expires: "2027-11-23",
  }),
  {
    rule: "AwsSolutions-EC29",
    on: ["Network/Vpc/PublicSubnet1/NatInstance"],
    stages: ["dev"],
    reason:
      "The NAT instance is stateless and replaced with each new image, which protection would prevent.",
    owner: "platform",
    expires: "2027-11-23",
  },
];
