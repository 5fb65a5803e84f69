import SatchelCore

/// Where a vault's sealed entries lie. One writer; nothing in it can be read without the passphrase.
///
/// Invariant: a `Changes` is stored whole or not at all, and only over the generation before it.
public protocol Storage: AnyObject {
    /// What `Vault.open` takes: header and index.
    func index() throws -> [Entry]

    /// The entries of these names; one that is not stored has no value.
    func load(_ keys: [String]) throws -> [Entry]

    /// Stores a change in one transaction, durable on return. `vault.conflict` when the storage is not at the generation before.
    func store(_ changes: Changes) throws

    /// Replaces one entry outside the count of generations: the header, when the passphrase changes.
    func replace(_ put: Put) throws

    /// The generation last stored.
    var generation: UInt64 { get }

    /// Gives the lock back. Nothing else may be called afterwards.
    func close()
}
