import type { Project } from "../../api/client.ts";
import { type Attributes, attributesOf, attributesText } from "../../lib/attributes.ts";
import type { Mutation } from "../../lib/mutation.ts";
import { Field } from "../../ui/field.tsx";
import { createForm } from "../../ui/form.ts";
import { FormDialog } from "../../ui/form-dialog.tsx";

type Input = { name: string; description: string; attributes: string };
type Values = Omit<Input, "attributes"> & { attributes: Attributes };

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  action: string;
  click: string;
  initial?: Values;
  save(mutation: Mutation, values: Values): Promise<Project>;
  saved(project: Project): void;
};

const EMPTY: Values = { name: "", description: "", attributes: {} };

/** Creates or edits a project. Closing the dialog keeps the input. */
export function ProjectForm(props: Props) {
  const { name, description, attributes } = props.initial ?? EMPTY;
  const form = createForm<Input>({
    click: props.click,
    initial: { name, description, attributes: attributesText(attributes) },
    fieldOf: ({ code }) => (code === "console.attributes" ? "attributes" : undefined),
    async send(input, mutation) {
      const values = { ...input, attributes: attributesOf(input.attributes) };
      const project = await props.save(mutation, values);
      props.onOpenChange(false);
      props.saved(project);
      form.reset();
    },
  });
  return (
    <FormDialog
      form={form}
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      action={props.action}
    >
      <Field form={form} name="name" label="Name" maxLength={200} />
      <Field
        form={form}
        name="description"
        label="Description"
        rows={4}
        maxLength={10_000}
        optional
        help="Shown to all members."
      />
      <Field
        form={form}
        name="attributes"
        label="Attributes"
        rows={3}
        optional
        help="One name and value per line, such as stage: live. Projects can be searched by attribute."
      />
    </FormDialog>
  );
}
