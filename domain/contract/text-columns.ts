import type { AvroType, RecordType } from '../avro/schema.ts';

/** A column that holds free text, and the path that manifests and leaks name it by. */
export interface TextColumn {
  readonly name: string;
  readonly path: string;
  readonly repeated: boolean;
  readonly nullable: boolean;
}

/** The columns of a recorded schema's table (columns.ts) that hold free text. */
export function textColumnsOf(type: RecordType): readonly TextColumn[] {
  return collect(type, { name: '', path: '', repeated: false, nullable: false });
}

function collect(type: RecordType, at: TextColumn): TextColumn[] {
  return type.fields.flatMap((field) => {
    const inside = {
      ...at,
      name: at.name === '' ? field.name : `${at.name}${at.repeated ? '.' : '_'}${field.name}`,
      path: at.path === '' ? field.name : `${at.path}.${field.name}`,
    };
    return visit(field.type, field.fieldClass === 'text', inside);
  });
}

function visit(type: AvroType, isText: boolean, at: TextColumn): TextColumn[] {
  if (type.kind === 'nullable') return visit(type.of, isText, { ...at, nullable: true });
  if (type.kind === 'array') return visit(type.items, isText, { ...at, repeated: true });
  if (type.kind === 'record') return collect(type, at);
  return isText && type.kind === 'string' ? [at] : [];
}
