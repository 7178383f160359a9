"""Makes the pictures of this folder, with Pillow 11 or later: python3 make.py

Each is 60 x 40 pixels as it is seen, unless it says otherwise: red on the top left, green on the top right, blue on the
bottom left, white on the bottom right.
"""

import os
import struct
import zlib

from PIL import Image

W, H = 60, 40


def corners(mode="RGB"):
    picture = Image.new("RGB", (W, H))
    for x in range(W):
        for y in range(H):
            top, left = y < H / 2, x < W / 2
            colour = ((255, 0, 0) if left else (0, 255, 0)) if top else ((0, 0, 255) if left else (255, 255, 255))
            picture.putpixel((x, y), colour)
    return picture.convert(mode)


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010F] = "SECRETCAMERA"
    block[0x013B] = "SECRETARTIST"
    gps = block.get_ifd(0x8825)
    gps[1], gps[2] = "N", (44.0, 38.0, 55.0)
    return block.tobytes()


def dataset(record, number, value):
    return b"\x1c" + bytes([record, number]) + struct.pack(">H", len(value)) + value


def iptc(*sets):
    block = b"".join(sets)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + (b"\0" if len(block) % 2 else b"")
    # Another resource before it, with a name.
    other = b"8BIM\x04\x22\x03abc" + struct.pack(">I", 3) + b"xyz\0"
    return b"Photoshop 3.0\0" + other + resource


def with_segment(data, marker, payload):
    return data[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload + data[2:]


def png_chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, depth, colour, rows, extra=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for row in rows) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", packed)
            + png_chunk(b"IEND", b""))


def riff(*chunks):
    body = b"WEBP" + b"".join(n + struct.pack("<I", len(d)) + d + b"\0" * (len(d) % 2) for n, d in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:Credit="Agence &amp; Fils">
 <dc:description><rdf:Alt><rdf:li xml:lang="x-default">The pilot boat, center left,
 &#233;crit &lt;here&gt;</rdf:li><rdf:li xml:lang="de">Das Lotsenboot</rdf:li></rdf:Alt></dc:description>
 <dc:creator><rdf:Seq><rdf:li>Nobody</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()

picture = corners()
picture.save("plain.jpg", quality=92, subsampling=0)
picture.save("progressive.jpg", quality=92, subsampling=0, progressive=True)
picture.convert("CMYK").save("cmyk.jpg", quality=95)
picture.convert("L").save("gray.jpg", quality=92)
turned = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
for orientation, way in turned.items():
    picture.transpose(way).save(f"turned-{orientation}.jpg", quality=92, subsampling=0, exif=exif(orientation))
picture.transpose(turned[6]).save("turned-6.webp", quality=92, exif=exif(6))
picture.transpose(turned[6]).save("turned-6.png", exif=exif(6))

plain = open("plain.jpg", "rb").read()
caption = "From left, the harbour master Ruth Kemp, center left, and Per Å at the quay"
open("iptc-utf8.jpg", "wb").write(with_segment(plain, 0xED, iptc(
    dataset(1, 90, b"\x1b%G"), dataset(2, 0, b"\0\x02"), dataset(2, 80, b"A. Byline"),
    dataset(2, 110, "© AP".encode()), dataset(2, 116, b"Copyright 2026"), dataset(2, 120, caption.encode()))))
open("iptc-latin1.jpg", "wb").write(with_segment(plain, 0xED, iptc(
    dataset(2, 80, "Zoë Müller".encode("latin-1")), dataset(2, 120, "Die Brücke\r\nim Nebel".encode("latin-1")))))
open("xmp.jpg", "wb").write(with_segment(plain, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP))
open("commented.jpg", "wb").write(with_segment(plain, 0xFE, b"SECRETCOMMENT") + b"\xff\xd8SECRETTRAILER")

picture.save("plain.png")
rgba = corners("RGBA")
for x in range(W):
    for y in range(H):
        if (x - W / 2) ** 2 + (y - H / 2) ** 2 > 300:
            # What cannot be seen has a colour that must not shine through.
            rgba.putpixel((x, y), (255, 0, 255, 0))
rgba.save("alpha.png")
rgba.save("alpha.webp", lossless=True, exact=True)
picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=8).save("palette.png", transparency=0)
wide = [struct.pack(">%dH" % (W * 3), *[c * 257 for x in range(W) for c in picture.getpixel((x, y))]) for y in range(H)]
open("sixteen.png", "wb").write(png(W, H, 16, 2, [b"\0" + row for row in wide]))
open("commented.png", "wb").write(png(W, H, 8, 2, [b"\0" + bytes(c for x in range(W) for c in picture.getpixel((x, y)))
                                                 for y in range(H)],
                                  png_chunk(b"tEXt", b"Comment\0SECRETCOMMENT")
                                  + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)))
second = Image.new("RGB", (W, H), (0, 0, 0))
picture.save("moving.png", save_all=True, append_images=[second], duration=100)
picture.save("moving.gif", save_all=True, append_images=[second], duration=100, loop=0, comment=b"SECRETCOMMENT")
picture.convert("P").save("still.gif", comment=b"SECRETCOMMENT")
picture.save("moving.webp", save_all=True, append_images=[second], duration=100, quality=92)
picture.save("lossy.webp", quality=92, xmp=XMP)
picture.save("lossless.webp", lossless=True)

# What is not what it says.
zeros = b"\0" * (1 + 30000 // 8)
open("bomb.png", "wb").write(png(30000, 30000, 1, 0, (zeros for _ in range(30000))))
Image.new("L", (4000, 4000)).convert("RGB").save("large.webp", quality=1)
large = open("large.webp", "rb").read()
inner = large[20:20 + struct.unpack("<I", large[16:20])[0]]
open("lying.webp", "wb").write(riff((b"VP8X", b"\0\0\0\0" + b"\x09\0\0" + b"\x09\0\0"), (b"VP8 ", inner)))
os.remove("large.webp")
open("empty.jpg", "wb").write(b"\xff\xd8\xff\xd9")
open("words.jpg", "wb").write(b"This is no picture.\n")
open("sized.svg", "wb").write(b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" '
                              b'width="60" height="40px" viewBox="0 0 6 4"><path d="M0 0h6v4z"/></svg>\n')
open("unsized.svg", "wb").write(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><path d="M0 0h6v4z"/></svg>')
