import { For, Show } from "solid-js";
import type { Invitation, Member, Role } from "../../api/identity.ts";
import { humanize } from "../../lib/format.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { me } from "../../ui/me.ts";
import { Time } from "../../ui/time.tsx";
import { rolesFor } from "./roles.ts";

type MemberProps = {
  members: readonly Member[];
  manages: boolean;
  changeRole(member: Member, role: Role): void;
  remove(member: Member): void;
};

export const MemberTable = (props: MemberProps) => (
  <table class="table">
    <caption class="hidden">Members</caption>
    <thead>
      <tr>
        <th scope="col">Member</th>
        <th scope="col">Role</th>
        <th scope="col" class="wide-only">
          Since
        </th>
        <th scope="col">
          <span class="hidden">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      <For each={props.members}>
        {(member) => {
          const isMe = () => member.userId === me()?.user.id;
          // An admin may not change an owner.
          const mayChange = () =>
            props.manages && !isMe() && rolesFor(me()?.role).includes(member.role);
          return (
            <tr>
              <th scope="row">
                {member.user.name}
                <Show when={isMe()}>
                  <span class="muted"> (you)</span>
                </Show>
                <p class="row-more">{member.user.email}</p>
              </th>
              <td>
                <Show when={mayChange()} fallback={<RoleBadge role={member.role} />}>
                  <select
                    class="input small"
                    aria-label={`Role of ${member.user.name}`}
                    value={member.role}
                    onChange={(event) =>
                      props.changeRole(member, event.currentTarget.value as Role)
                    }
                  >
                    <For each={rolesFor(me()?.role)}>
                      {(role) => <option value={role}>{humanize(role)}</option>}
                    </For>
                  </select>
                </Show>
              </td>
              <td class="wide-only">
                <Time at={member.createdAt} />
              </td>
              <td class="row-actions">
                <Show when={mayChange()}>
                  <Button
                    aria-label={`Remove ${member.user.name}`}
                    onClick={() => props.remove(member)}
                  >
                    Remove
                  </Button>
                </Show>
              </td>
            </tr>
          );
        }}
      </For>
    </tbody>
  </table>
);

const RoleBadge = (props: { role: Role }) => (
  <Badge tone={props.role === "member" ? "neutral" : "info"}>{humanize(props.role)}</Badge>
);

type InvitationProps = {
  invitations: readonly Invitation[];
  manages: boolean;
  cancel(invitation: Invitation): void;
};

export const InvitationTable = (props: InvitationProps) => (
  <table class="table">
    <caption class="hidden">Open invitations</caption>
    <thead>
      <tr>
        <th scope="col">Email</th>
        <th scope="col">Role</th>
        <th scope="col" class="wide-only">
          Expires
        </th>
        <th scope="col">
          <span class="hidden">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      <For each={props.invitations}>
        {(invitation) => (
          <tr>
            <th scope="row">{invitation.email}</th>
            <td>
              <RoleBadge role={invitation.role} />
            </td>
            <td class="wide-only">
              <Show
                when={Date.parse(invitation.expiresAt) > Date.now()}
                fallback={<Badge tone="warn">Expired</Badge>}
              >
                <Time at={invitation.expiresAt} />
              </Show>
            </td>
            <td class="row-actions">
              <Show when={props.manages}>
                <Button
                  aria-label={`Cancel the invitation for ${invitation.email}`}
                  onClick={() => props.cancel(invitation)}
                >
                  Cancel
                </Button>
              </Show>
            </td>
          </tr>
        )}
      </For>
    </tbody>
  </table>
);
