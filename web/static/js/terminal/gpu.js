// Paints a look with WebGL2: premultiplied, and only cells of a garment's box in which it shows.
import { counted, shows, STEP } from "./warping.js";

const VERTEX = `#version 300 es
in vec2 origin;
uniform vec2 extent, frame, start;
void main() {
  vec2 at = (start + origin + vec2(gl_VertexID & 1, gl_VertexID >> 1) * extent) / frame;
  gl_Position = vec4(at * 2. - 1., 0, 1);
}`;
const HEAD = `#version 300 es
precision highp float;
precision highp int;
layout(location = 0) out vec4 colour;
layout(location = 1) out vec4 bare;
#define PLACE ivec2(gl_FragCoord.xy)
`;
// The grid is read as it is on the server: mixed between nodes, 8 px apart.
const LAYER = `${HEAD}
uniform highp sampler2D grid, kept;
uniform sampler2D part;
uniform vec2 corner, shift;
uniform bool cut;
vec2 node(ivec2 at) { return texelFetch(grid, at, 0).yx; }
void main() {
  if (cut) {
    vec2 span = texelFetch(kept, ivec2(0, PLACE.y - int(corner.y)), 0).xy;
    if (float(PLACE.x) < span.x || float(PLACE.x) >= span.y) discard;
  }
  vec2 at = (vec2(PLACE) - corner) / 8. + .5625, share = fract(at);
  ivec2 k = ivec2(at);
  vec2 above = mix(node(k), node(k + ivec2(1, 0)), share.x);
  vec2 below = mix(node(k + ivec2(0, 1)), node(k + 1), share.x);
  colour = texture(part, (mix(above, below, share.y) - shift + .5) / vec2(textureSize(part, 0)));
  bare = vec4(0, 0, 0, step(.002, colour.a));
}`;
const BLUR = `${HEAD}
uniform sampler2D source;
uniform vec2 frame, way, shift;
uniform int size;
void main() {
  float sum = 0.;
  for (int k = 1 - size; k < size; k++) {
    sum += float(size - abs(k)) * texture(source, (gl_FragCoord.xy - shift + float(k) * way) / frame).a;
  }
  colour = vec4(sum / float(size * size));
}`;
const SHADE = `${HEAD}
uniform sampler2D soft, cover;
uniform vec2 frame;
void main() {
  float dark = .3 * texture(soft, gl_FragCoord.xy / frame).a * (1. - texelFetch(cover, PLACE, 0).a);
  colour = vec4(0, 0, 0, dark);
  bare = vec4(0, 0, 0, step(.002, dark));
}`;
const FORWARD = `${HEAD}
uniform sampler2D base, mask, untouched;
void main() {
  float share = texelFetch(mask, PLACE, 0).a * (1. - texelFetch(untouched, PLACE, 0).r);
  colour = texelFetch(base, PLACE, 0) * share;
}`;
const SHOW = `${HEAD}
uniform sampler2D picture;
uniform vec2 frame;
void main() { colour = texelFetch(picture, ivec2(PLACE.x, int(frame.y) - 1 - PLACE.y), 0); }`;

/** Whether WebGL2 is drawn by a graphics processor: browsers that draw it in software do not always say so. */
function hasProcessor() {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const names = gl?.getExtension("WEBGL_debug_renderer_info");
  const name = gl?.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) ?? "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(gl) && !/swiftshader|llvmpipe|software|basic render/i.test(name);
}

export class Gpu {
  name = "webgl2";
  #made = new WeakMap();
  #programs = {};

  /** @returns {Gpu | null} null where the browser has no WebGL2 for this canvas, or no fast one if it must be */
  static on(canvas, mustBeFast) {
    if (mustBeFast && !hasProcessor()) return null;
    const options = { antialias: false, depth: false, preserveDrawingBuffer: true };
    const gl = canvas.getContext("webgl2", options);
    return gl && new Gpu(gl);
  }

  constructor(gl) {
    this.gl = gl;
    gl.bindVertexArray(gl.createVertexArray());
    gl.vertexAttribDivisor(0, 1);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    for (const [name, source] of Object.entries({ LAYER, BLUR, SHADE, FORWARD, SHOW })) {
      this.#programs[name] = this.#program(source);
    }
  }

  #program(source) {
    const { gl } = this, program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, source]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "origin");
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(program));
    return program;
  }

  #texture(format, type, internal, width, height, data = null, filter = this.gl.NEAREST) {
    const { gl } = this, texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, width, height, 0, format, type, data);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, filter);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    return texture;
  }

  #pixels({ width, height, data }) {
    const { gl } = this;
    return this.#texture(gl.RGBA, gl.UNSIGNED_BYTE, gl.RGBA8, width, height, data, gl.LINEAR);
  }

  #pairs(width, height, values) {
    const { gl } = this;
    return this.#texture(gl.RG, gl.FLOAT, gl.RG32F, width, height, values);
  }

  /** Makes what belongs to an object once; it goes with the object. */
  #kept(owner, make) {
    if (!this.#made.has(owner)) this.#made.set(owner, make());
    return this.#made.get(owner);
  }

  #target(width, height, hasBare = false) {
    const { gl } = this, target = { width, height, frame: gl.createFramebuffer() };
    target.picture = this.#pixels({ width, height, data: null });
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target.picture, 0);
    if (!hasBare) return target;
    target.bare = this.#texture(gl.RED, gl.UNSIGNED_BYTE, gl.R8, width, height);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT1, gl.TEXTURE_2D, target.bare, 0);
    target.alone = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.alone);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target.picture, 0);
    return target;
  }

  #copy(from, to) {
    const { gl } = this, { width, height } = from;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, from.frame);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, to.frame);
    for (const [index, buffers] of [[gl.COLOR_ATTACHMENT0], [gl.NONE, gl.COLOR_ATTACHMENT1]].entries()) {
      gl.readBuffer(gl.COLOR_ATTACHMENT0 + index);
      gl.drawBuffers(buffers);
      gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    }
  }

  /** Starts with a person, or with what was baked; `untouched` is 255 where it is as photographed, else 0. */
  begin({ base, untouched, masks, width, height, isBaked }) {
    const { gl } = this;
    if (this.now?.width !== width || this.now.height !== height) {
      for (const name of ["now", "start", "baked"]) this[name] = this.#target(width, height, true);
      this.cover = this.#target(width, height);
      this.halves = [1, 2].map(() => this.#target(Math.ceil(width / 2), Math.ceil(height / 2)));
      Object.assign(gl.canvas, { width, height });
    }
    this.masks = masks;
    if (this.base !== base) {
      this.base = base;
      gl.bindTexture(gl.TEXTURE_2D, this.start.picture);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, base.data);
      gl.bindTexture(gl.TEXTURE_2D, this.start.bare);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED, gl.UNSIGNED_BYTE, untouched);
    }
    this.#copy(isBaked ? this.baked : this.start, this.now);
  }

  bake() {
    this.#copy(this.now, this.baked);
  }

  #use(name, target, uniforms, textures) {
    const { gl } = this, program = this.#programs[name], at = (key) => gl.getUniformLocation(program, key);
    const { width, height } = target ?? this.now;
    gl.useProgram(program);
    gl.viewport(0, 0, width, height);
    for (const [key, value] of Object.entries({ frame: [width, height], start: [0, 0], ...uniforms })) {
      if (Array.isArray(value)) gl.uniform2fv(at(key), value);
      else gl.uniform1i(at(key), value);
    }
    Object.entries(textures).forEach(([key, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(at(key), unit);
    });
  }

  #into(frame, isBareToo = false) {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    if (frame) gl.drawBuffers(isBareToo ? [gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1] : [gl.COLOR_ATTACHMENT0]);
  }

  #fill({ top, left, bottom, right }) {
    const { gl } = this;
    gl.disableVertexAttribArray(0);
    gl.vertexAttrib2f(0, left, top);
    gl.uniform2f(gl.getUniformLocation(gl.getParameter(gl.CURRENT_PROGRAM), "extent"), right - left, bottom - top);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** The corners of cells that are drawn. */
  #buffer(cells) {
    const { gl } = this, buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(cells), gl.STATIC_DRAW);
    return { buffer, count: cells.length / 2 };
  }

  #cells({ grid, part }) {
    const cells = [];
    for (let row = 0; row < grid.rows - 2; row += 1) {
      for (let col = 0; col < grid.cols - 2; col += 1) {
        const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
        for (let node = 0; node < 18; node += 1) {
          const axis = node % 2, value = grid.values[((row + Math.floor(node / 6)) * grid.cols + col) * 2 + (node % 6)];
          low[axis] = Math.min(low[axis], Math.floor(value) - 1);
          high[axis] = Math.max(high[axis], Math.ceil(value) + 1);
        }
        if (!part.sums || shows(part, low, high)) cells.push(col * STEP, row * STEP);
      }
    }
    return this.#buffer(cells);
  }

  #cellsOf(mask) {
    const part = { sums: counted(mask, 0), top: 0, left: 0, pixels: mask }, cells = [];
    for (let row = 0; row < mask.height; row += STEP) {
      for (let col = 0; col < mask.width; col += STEP) {
        if (shows(part, [row, col], [row + STEP - 1, col + STEP - 1])) cells.push(col, row);
      }
    }
    return this.#buffer(cells);
  }

  #draw({ buffer, count }) {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }

  #layer(layer, target) {
    const { box, grid, part, kept } = layer;
    const texture = this.#kept(part.pixels, () => this.#pixels(part.pixels));
    const nodes = this.#kept(grid.values, () => this.#pairs(grid.cols, grid.rows, grid.values));
    const cells = this.#kept(grid, () => this.#cells(layer));
    const spans = kept ? this.#kept(kept, () => this.#pairs(1, kept.length / 2, kept)) : nodes;
    const corner = [box.left, box.top], uniforms = { corner, start: corner, shift: [part.left, part.top], extent: [STEP, STEP], cut: kept ? 1 : 0 };
    this.#use("LAYER", target, uniforms, { grid: nodes, kept: spans, part: texture });
    this.#draw(cells);
  }

  lay(layer) {
    const { gl } = this;
    this.#into(this.now.frame, true);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.#layer(layer, this.now);
    gl.disable(gl.BLEND);
  }

  shadow(layers, window, reach) {
    const { gl, cover, halves: [across, down] } = this, size = 2 * Math.max(1, Math.round(reach / 2)) + 1;
    const half = Object.fromEntries(Object.entries(window).map(([side, value]) => [side, value / 2]));
    const taps = size + 1; // beyond the window, where blurring looks
    gl.enable(gl.SCISSOR_TEST);
    // All three: what an earlier shadow left beside the window would be mixed in at its edge.
    const cleared = [[cover, window, 3 * taps], [across, half, taps], [down, half, taps]];
    for (const [{ frame }, { top, left, bottom, right }, margin] of cleared) {
      this.#into(frame);
      gl.scissor(left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin);
      gl.clear(gl.COLOR_BUFFER_BIT);
    }
    gl.disable(gl.SCISSOR_TEST);
    this.#into(cover.frame);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.MAX);
    for (const layer of layers) this.#layer(layer, cover);
    gl.blendEquation(gl.FUNC_ADD);
    gl.disable(gl.BLEND);
    this.#into(across.frame);
    this.#use("BLUR", across, { way: [1, 0], shift: [0, reach * 0.3], size }, { source: cover.picture });
    this.#fill(half);
    this.#into(down.frame);
    this.#use("BLUR", down, { way: [0, 1], shift: [0, 0], size }, { source: across.picture });
    this.#fill(half);
    this.#into(this.now.frame, true);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.ZERO, gl.ONE_MINUS_SRC_ALPHA, gl.ZERO, gl.ONE);
    this.#use("SHADE", this.now, {}, { soft: down.picture, cover: cover.picture });
    this.#fill(window);
    gl.disable(gl.BLEND);
  }

  forward(name) {
    const { gl } = this, mask = this.masks[name];
    this.#into(this.now.alone);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const { texture, cells } = this.#kept(mask, () => ({ texture: this.#pixels(mask), cells: this.#cellsOf(mask) }));
    const textures = { base: this.start.picture, mask: texture, untouched: this.now.bare };
    this.#use("FORWARD", this.now, { extent: [STEP, STEP] }, textures);
    this.#draw(cells);
    gl.disable(gl.BLEND);
  }

  finish() {
    this.#into(null);
    this.#use("SHOW", null, {}, { picture: this.now.picture });
    this.#fill({ top: 0, left: 0, bottom: this.now.height, right: this.now.width });
  }

  close() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
