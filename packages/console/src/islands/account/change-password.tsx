import { changePassword } from "../../api/identity.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormView } from "../../ui/form-view.tsx";
import { toast } from "../../ui/toast.tsx";

export function ChangePassword() {
  const form = createForm({
    click: "password.change",
    initial: { password: "", next: "" },
    async send({ password, next }, { click }) {
      await changePassword(click, { currentPassword: password, newPassword: next });
      form.reset();
      toast("Password changed.");
    },
    fieldOf: ({ code }) => FIELDS[code],
  });
  return (
    <FormView form={form} action="Change password">
      <Field
        form={form}
        name="password"
        label="Current password"
        type="password"
        autocomplete="current-password"
      />
      <Field
        form={form}
        name="next"
        label="New password"
        type="password"
        autocomplete="new-password"
        minLength={10}
        maxLength={128}
        help="At least 10 characters. Your other sessions stay signed in; end them below."
      />
    </FormView>
  );
}

const FIELDS: Record<string, "password" | "next"> = {
  INVALID_PASSWORD: "password",
  PASSWORD_TOO_SHORT: "next",
  PASSWORD_TOO_LONG: "next",
};
