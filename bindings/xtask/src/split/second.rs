//! The second half: everything that both share is imported from the first; its own functions go into the table.

use walrus::ir::Value;
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionKind, GlobalKind, ImportKind, ImportedFunction, Module,
    RefType,
};

use super::first::{SLOTS, shared};
use super::link::Links;
use super::{Outcome, functions};

/// The name under which the first half's exports are imported.
const FIRST: &str = "first";

pub(super) fn keep(module: &mut Module, links: &Links) -> Outcome<()> {
    let all = functions(module);
    module.start = None;
    for export in module.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        module.exports.delete(export);
    }
    for element in module.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        module.elements.delete(element);
    }
    for data in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        module.data.delete(data);
    }
    let shared: Vec<_> = shared(module).collect();
    for (name, item) in shared {
        import(module, &name, item);
    }
    for (place, name) in &links.lent {
        let id = all[*place];
        match &module.funcs.get(id).kind {
            // What the first half imports from JavaScript is handed on.
            FunctionKind::Import(imported) => {
                let import = module.imports.get_mut(imported.import);
                FIRST.clone_into(&mut import.module);
                name.clone_into(&mut import.name);
            }
            FunctionKind::Local(_) | FunctionKind::Uninitialized(_) => {
                let ty = module.funcs.get(id).ty();
                let import = module.imports.add(FIRST, name, id);
                module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
            }
        }
    }
    let size = u64::try_from(links.slots.len())?;
    let (slots, _) = module.add_import_table(FIRST, SLOTS, false, size, Some(size), RefType::FUNCREF);
    let offset = ConstExpr::Value(Value::I32(0));
    let element = module.elements.add(
        ElementKind::Active { table: slots, offset },
        ElementItems::Functions(links.slots.iter().map(|&place| all[place]).collect()),
    );
    module.tables.get_mut(slots).elem_segments.insert(element);
    Ok(())
}

/// Turns something of the module's own into something of the first half's.
fn import(module: &mut Module, name: &str, item: ExportItem) {
    match item {
        ExportItem::Memory(id) => {
            let import = module.imports.add(FIRST, name, ImportKind::Memory(id));
            let memory = module.memories.get_mut(id);
            memory.import = Some(import);
            memory.data_segments.clear();
        }
        ExportItem::Table(id) => {
            let import = module.imports.add(FIRST, name, ImportKind::Table(id));
            let table = module.tables.get_mut(id);
            table.import = Some(import);
            table.elem_segments.clear();
        }
        ExportItem::Global(id) => {
            let import = module.imports.add(FIRST, name, ImportKind::Global(id));
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
        ExportItem::Function(_) | ExportItem::Tag(_) => {}
    }
}
