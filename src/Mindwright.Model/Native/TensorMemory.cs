using System.Runtime.InteropServices;

namespace Mindwright.Model.Native;

/// <summary>
/// Gives libtorch's large tensors on the CPU their memory from a <see cref="BlockCache"/>. libtorch asks glibc for each tensor anew: memory
/// that is kept falls to pieces (half of the process, as measured in docs/log.md), and memory that is given back is mapped and zeroed page
/// by page every time.
/// </summary>
/// <remarks>
/// libtorch takes any <c>c10::Allocator</c>, a C++ class. Ours is a copy of the default one's table of functions, as the
/// Itanium C++ ABI lays it out, with two of them replaced; a few instructions of machine code choose between the two, so that small
/// tensors never leave native code, and a request that cannot be met fails with libtorch's own exception. So this is for Linux on x64 and the
/// libtorch that comes with the program; anything else keeps its allocator.
/// </remarks>
internal static unsafe partial class TensorMemory
{
    /// <summary>Tensors from this size on, bytes.</summary>
    public const int LeastSize = 64 << 10;

    // The table of c10::DefaultCPUAllocator: offset and type, then its functions.
    private const int Header = 2;
    private const int Functions = 6; // two destructors, allocate, is_simple_data_ptr, raw_deleter, copy_data
    private const int AllocateAt = 2;
    private const int RawDeleterAt = 4;

    // c10::DataPtr: the address, its owner (a function that frees it, and the address once more, in either order), the device.
    private const int Words = 4;

    private static readonly nint[] Template = new nint[Words];
    private static BlockCache _cache = null!;
    private static int _owned; // which word of the owner is the address
    private static delegate* unmanaged<nint, void> _free;

    /// <summary>Puts the cache in place; false where this platform or library is not one that it knows.</summary>
    /// <param name="c10">The loaded library <c>libc10.so</c>.</param>
    public static bool Install(nint c10)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1015GetCPUAllocatorEv", out var get)
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1015SetCPUAllocatorEPNS_9AllocatorEh", out var set))
        {
            return false;
        }
        var original = ((delegate* unmanaged<nint*>)get)();
        var table = (nint*)*original;
        if (!Learn(original, table))
            return false;
        var choose = Chooser(table[AllocateAt]);
        if (choose == 0)
            return false;
        _cache = new BlockCache(Map, (address, size) => _ = Unmap(address, (nuint)size));
        var own = (nint*)NativeMemory.Alloc(Header + Functions + 1, (nuint)sizeof(nint)); // as long as the process
        new Span<nint>(table - Header, Header + Functions).CopyTo(new Span<nint>(own + 1, Header + Functions));
        own[0] = (nint)(own + 1 + Header);
        own[1 + Header + AllocateAt] = choose;
        own[1 + Header + RawDeleterAt] = (nint)(delegate* unmanaged<nint, nint>)&RawDeleter;
        ((delegate* unmanaged<nint*, byte, void>)set)(own, 0);
        return true;
    }

    /// <summary>Lets the default allocator make a small block, to see how it hands it over.</summary>
    private static bool Learn(nint* original, nint* table)
    {
        fixed (nint* made = Template)
        {
            ((delegate* unmanaged<nint*, nint*, nuint, nint*>)table[AllocateAt])(made, original, 64);
            var deleter = ((delegate* unmanaged<nint*, nint>)table[RawDeleterAt])(original);
            _owned = made[1] == made[0] ? 1 : 2;
            if (made[0] == 0 || made[_owned] != made[0] || made[3 - _owned] != deleter || deleter == 0)
                return false;
            _free = (delegate* unmanaged<nint, void>)deleter;
            _free(made[0]);
            made[3 - _owned] = (nint)(delegate* unmanaged<nint, void>)&Return;
            return true;
        }
    }

    /// <summary>Machine code of <c>allocate</c>: small blocks, and those that we do not get, are the default allocator's to make.</summary>
    private static nint Chooser(nint original)
    {
        Span<byte> code = stackalloc byte[64];
        var at = 0;
        Emit(code, ref at, 0x48, 0x81, 0xFA); // cmp rdx, LeastSize
        Emit(code, ref at, BitConverter.GetBytes(LeastSize));
        Emit(code, ref at, 0x72, 23); // jb default
        Emit(code, ref at, 0x57, 0x56, 0x52); // push rdi, rsi, rdx
        Emit(code, ref at, 0x48, 0xB8); // mov rax, Take
        Emit(code, ref at, BitConverter.GetBytes((nint)(delegate* unmanaged<nint*, nint, nuint, nint*>)&Take));
        Emit(code, ref at, 0xFF, 0xD0, 0x5A, 0x5E, 0x5F); // call rax; pop rdx, rsi, rdi
        Emit(code, ref at, 0x48, 0x85, 0xC0, 0x75, 12); // test rax, rax; jnz done
        Emit(code, ref at, 0x48, 0xB8); // default: mov rax, original
        Emit(code, ref at, BitConverter.GetBytes(original));
        Emit(code, ref at, 0xFF, 0xE0); // jmp rax
        Emit(code, ref at, 0xC3); // done: ret
        var page = Map(0, 4096, Read | Write, Private | Anonymous, -1, 0);
        if (page == -1)
            return 0;
        code[..at].CopyTo(new Span<byte>((void*)page, at));
        return Protect(page, 4096, Read | Execute) == 0 ? page : 0;
    }

    private static void Emit(Span<byte> code, ref int at, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(code[at..]);
        at += bytes.Length;
    }

    [UnmanagedCallersOnly]
    private static nint* Take(nint* result, nint self, nuint size)
    {
        var address = size <= long.MaxValue / 2 ? _cache.Take((long)size) : 0;
        if (address == 0)
            return null;
        Template.CopyTo(new Span<nint>(result, Words));
        result[0] = address;
        result[_owned] = address;
        return result;
    }

    [UnmanagedCallersOnly]
    private static void Return(nint address)
    {
        if (!_cache.Return(address))
            _free(address);
    }

    [UnmanagedCallersOnly]
    private static nint RawDeleter(nint self) => (nint)(delegate* unmanaged<nint, void>)&Return;

    private static nint Map(long size)
    {
        var address = Map(0, (nuint)size, Read | Write, Private | Anonymous, -1, 0);
        return address == -1 ? 0 : address;
    }

    // mmap(2), mprotect(2)
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int Private = 2;
    private const int Anonymous = 0x20;

    [LibraryImport("libc.so.6", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc.so.6", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc.so.6", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);
}
