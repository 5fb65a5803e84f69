// swift-tools-version: 6.0
import PackageDescription

// `cargo xtask test swift` puts the generated files into `Core`; they are not kept. On Linux the C module stands beside the host's library; on
// Apple's systems it is part of the XCFramework that `cargo xtask ios` assembles.
#if os(Linux)
let library: Target = .systemLibrary(name: "SatchelCoreFFI", path: "Core/SatchelCoreFFI")
#else
let library: Target = .binaryTarget(name: "SatchelCoreFFI", path: "Core/SatchelCoreFFI.xcframework")
#endif

let package = Package(
    name: "Satchel",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "SatchelCore", targets: ["SatchelCore"]),
        .library(name: "SatchelKit", targets: ["SatchelKit"]),
    ],
    targets: [
        library,
        .target(
            name: "SatchelCore",
            dependencies: ["SatchelCoreFFI"],
            path: "Core/SatchelCore",
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(
            name: "SatchelKit",
            dependencies: ["SatchelCore"],
            path: "Kit",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "DoctorMain",
            dependencies: ["SatchelKit"],
            path: "DoctorMain",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .executableTarget(
            name: "BenchMain",
            dependencies: ["SatchelKit"],
            path: "BenchMain",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .systemLibrary(name: "SatchelProbe", path: "Probe"),
        .testTarget(
            name: "SatchelKitTests",
            dependencies: ["SatchelKit", "SatchelProbe"],
            path: "KitTests",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ]
)
