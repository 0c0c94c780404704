import { Show } from "solid-js";
import { renameUser } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { fetchMe, me } from "../../ui/me.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { mountPage } from "../page.tsx";
import { ChangePassword } from "./change-password.tsx";
import { Sessions } from "./sessions.tsx";

const Account = () => (
  <>
    <PageHead title="Account" lead={me()?.user.email ?? "Your profile in all workspaces."} />
    <section class="card">
      <h2>Profile</h2>
      <Show when={me()?.user.name} keyed fallback={<Skeleton rows={2} />}>
        {(name) => <Profile name={name} />}
      </Show>
    </section>
    <section class="card">
      <h2>Password</h2>
      <ChangePassword />
    </section>
    <Sessions />
  </>
);

function Profile(props: { name: string }) {
  const form = createForm({
    click: "user.rename",
    initial: { name: props.name },
    async send({ name }, { click }) {
      await renameUser(click, name);
      toast("Name changed.");
      await fetchMe();
    },
  });
  return (
    <FormView form={form} action="Save name">
      <Field form={form} name="name" label="Name" autocomplete="name" maxLength={200} />
    </FormView>
  );
}

mountPage(() => <Account />);
