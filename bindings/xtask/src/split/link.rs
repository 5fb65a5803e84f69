//! What the two halves need of each other.

use std::collections::{BTreeSet, HashMap, HashSet};

use walrus::ir::{Visitor, dfs_in_order};
use walrus::{ElementItems, ExportItem, FunctionId, FunctionKind, ImportKind, Module};

use super::{Outcome, functions};

/// The part of the name of the import that asks for the second half; `wasm-bindgen` adds a hash.
const REST: &str = "satchelRest";

/// Which calls cross. Functions are named by their places in the module: each parse makes other identities.
pub(super) struct Links {
    /// Functions of the second half that the first one calls or hands out, in the order of their slots in the table.
    pub(super) slots: Vec<usize>,
    /// Functions of the first half that the second one calls, with the names under which they are exported.
    pub(super) lent: Vec<(usize, String)>,
    /// The import that asks for the second half.
    pub(super) ask: usize,
}

impl Links {
    /// Finds them; `entered` are the functions that belong to the first half.
    pub(super) fn between(module: &Module, entered: &HashSet<usize>) -> Outcome<Self> {
        let all = functions(module);
        let places: HashMap<FunctionId, usize> = all.iter().enumerate().map(|(place, &id)| (id, place)).collect();
        let later = |place: &usize| !entered.contains(place) && is_local(module, all[*place]);
        let mut wanted: HashSet<usize> = handed_out(module).into_iter().map(|id| places[&id]).collect();
        let mut lent = BTreeSet::new();
        for (place, &id) in all.iter().enumerate() {
            let targets = called(module, id).into_iter().map(|target| places[&target]);
            if later(&place) {
                lent.extend(targets.filter(|target| !later(target)));
            } else {
                wanted.extend(targets);
            }
        }
        let ask = module
            .imports
            .iter()
            .find(|import| import.name.contains(REST))
            .and_then(|import| match import.kind {
                ImportKind::Function(id) => Some(places[&id]),
                _ => None,
            })
            .ok_or("the module imports nothing by which it could ask for its rest")?;
        Ok(Self {
            slots: (0..all.len())
                .filter(|place| later(place) && wanted.contains(place))
                .collect(),
            // Names in a row: they compress better than scattered ones.
            lent: lent
                .into_iter()
                .enumerate()
                .map(|(at, place)| (place, short(at)))
                .collect(),
            ask,
        })
    }
}

/// Exports, and what tables hold from the start.
fn handed_out(module: &Module) -> HashSet<FunctionId> {
    let exported = module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    });
    let held = module.elements.iter().flat_map(|element| match &element.items {
        ElementItems::Functions(functions) => functions.clone(),
        ElementItems::Expressions(..) => Vec::new(),
    });
    exported.chain(held).chain(module.start).collect()
}

/// What a function calls by name.
fn called(module: &Module, id: FunctionId) -> HashSet<FunctionId> {
    struct Calls(HashSet<FunctionId>);
    impl<'instructions> Visitor<'instructions> for Calls {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.0.insert(*function);
        }
    }
    let mut calls = Calls(HashSet::new());
    if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
        dfs_in_order(&mut calls, function, function.entry_block());
    }
    calls.0
}

fn is_local(module: &Module, id: FunctionId) -> bool {
    matches!(module.funcs.get(id).kind, FunctionKind::Local(_))
}

/// A name of two or three characters that no export of the binding has, by its number.
fn short(mut number: usize) -> String {
    const DIGITS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+";
    let mut name = String::from("~");
    loop {
        name.push(char::from(DIGITS[number % DIGITS.len()]));
        number /= DIGITS.len();
        if number == 0 {
            return name;
        }
    }
}
